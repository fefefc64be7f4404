import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { onTestEnd, type TestScope } from "../test-scope.js"
import { type AllDocsQuery, CouchRefusal, CouchStore } from "./couch-store.js"

type Json = Record<string, unknown>

/** What a CouchDB of the test kit does wrong, until it is set back. */
export interface CouchFaults {
  /** Answers come so much later, in ms. */
  delayMs: number
  /** It says that its disk is full when something is written. */
  full: boolean
  /** It writes, and then the connection breaks before it has answered. */
  cutAfterWrite: boolean
  /** The connection breaks, and nothing is written. */
  cutBeforeWrite: boolean
  /** So many more connections break when something is read. */
  cutReads: number
  /** Called before each `_bulk_docs`, for what others do at the same time. */
  beforeWrite: ((database: string) => void) | undefined
}

/**
 * The part of CouchDB that a manager needs, in memory, written from the documentation of its HTTP API: databases, documents with revisions,
 * `_all_docs`, `_bulk_docs`, and `_changes` (`normal` and `longpoll`). It shows no replication, no conflicts kept beside each other, no views.
 */
export class TestCouchdb {
  /** By name; made by requests and by {@link database}. */
  readonly databases = new Map<string, CouchStore>()
  readonly faults: CouchFaults = {
    ...{ delayMs: 0, full: false, cutAfterWrite: false, cutBeforeWrite: false, cutReads: 0 },
    beforeWrite: undefined,
  }
  /** Who may ask; undefined for all. */
  login: { user: string; password: string } | undefined
  #server: Server | undefined
  #port = 0
  /** Requests answered or refused. */
  requests = 0

  private constructor(login: { user: string; password: string } | undefined) {
    this.login = login
  }

  /** Start one, for those who know the login, or for all; it ends with the test. */
  static async start(t: TestScope, login?: { user: string; password: string }): Promise<TestCouchdb> {
    const couchdb = new TestCouchdb(login)
    await couchdb.comeBack()
    onTestEnd(t, () => couchdb.goAway())
    return couchdb
  }

  /** Its address, with the login. */
  get url(): string {
    const login = this.login ? `${this.login.user}:${encodeURIComponent(this.login.password)}@` : ""
    return `http://${login}127.0.0.1:${this.#port}/`
  }

  /** A database, made if it is not there. */
  database(name: string): CouchStore {
    const store = this.databases.get(name) ?? new CouchStore()
    this.databases.set(name, store)
    return store
  }

  /** Listens no more, and breaks all connections. What it keeps stays. */
  async goAway(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    server.close()
    server.closeAllConnections()
    await once(server, "close")
  }

  /** Listens again, on the port it had. */
  async comeBack(): Promise<void> {
    if (this.#server) return
    const server = createServer((request, response) => void this.#answer(request, response))
    server.listen(this.#port, "127.0.0.1")
    await once(server, "listening")
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.on("close", () => gone.abort())
    try {
      const text = await textOf(request)
      if (this.faults.delayMs > 0) await sleep(this.faults.delayMs, undefined, { signal: gone.signal })
      this.requests++
      this.#checkLogin(request)
      const url = new URL(request.url ?? "/", "http://couchdb")
      const isWrite = request.method !== "GET" && !url.pathname.endsWith("/_all_docs")
      if (isWrite && this.faults.full) throw new CouchRefusal(500, "internal_server_error", "enospc")
      if (isWrite && url.pathname.endsWith("/_bulk_docs")) this.faults.beforeWrite?.(url.pathname.split("/")[1] ?? "")
      if (!isWrite && this.faults.cutReads > 0) {
        this.faults.cutReads--
        return void request.socket.destroy()
      }
      if (isWrite && this.faults.cutBeforeWrite) return void request.socket.destroy()
      const [status, body] = await this.#route(request.method ?? "GET", url, text, gone.signal)
      if (isWrite && this.faults.cutAfterWrite) return void request.socket.destroy()
      send(response, status, body)
    } catch (error) {
      if (gone.signal.aborted) return
      const refusal = error instanceof CouchRefusal ? error : new CouchRefusal(500, "unknown_error", String(error))
      send(response, refusal.status, { error: refusal.error, reason: refusal.message })
    }
  }

  #checkLogin({ headers }: IncomingMessage): void {
    if (!this.login) return
    const { user, password } = this.login
    if (headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`) return
    throw new CouchRefusal(401, "unauthorized", "Name or password is incorrect.")
  }

  async #route(method: string, url: URL, text: string, signal: AbortSignal): Promise<[number, unknown]> {
    const [name = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent)
    if (name === "") return [200, { couchdb: "Welcome", version: "3.3.3", vendor: { name: "the MetricQ test kit" } }]
    if (rest.length === 0 || rest[0] === "") return this.#onDatabase(method, name)
    const store = this.databases.get(name)
    if (!store) throw new CouchRefusal(404, "not_found", "Database does not exist.")
    const body = text === "" ? {} : (JSON.parse(text) as Json)
    const id = rest.join("/")
    if (id === "_all_docs") return [200, store.allDocs({ ...queryOf(url), ...body })]
    if (id === "_bulk_docs") return [201, store.bulk(body.docs as Json[])]
    if (id === "_changes") return [200, await changes(store, url, signal)]
    if (method === "GET") return [200, store.get(id)]
    const rev = url.searchParams.get("rev")
    const document = method === "DELETE" ? { _rev: rev ?? undefined, _deleted: true } : body
    return [method === "DELETE" ? 200 : 201, { ok: true, id, rev: store.put(id, document) }]
  }

  #onDatabase(method: string, name: string): [number, unknown] {
    const store = this.databases.get(name)
    if (method === "PUT") {
      if (store) throw new CouchRefusal(412, "file_exists", "The database could not be created, it already exists.")
      this.database(name)
      return [201, { ok: true }]
    }
    if (!store) throw new CouchRefusal(404, "not_found", "Database does not exist.")
    if (method === "DELETE") this.databases.delete(name)
    return [200, method === "DELETE" ? { ok: true } : { db_name: name, update_seq: store.sequence }]
  }
}

async function changes(store: CouchStore, { searchParams }: URL, gone: AbortSignal): Promise<unknown> {
  const since = searchParams.get("since") ?? "0"
  const limit = Number(searchParams.get("limit") ?? Number.POSITIVE_INFINITY)
  const includeDocs = searchParams.get("include_docs") === "true"
  const first = store.changes(since, limit, includeDocs)
  if (searchParams.get("feed") !== "longpoll" || first.results.length > 0) return first
  const waited = new AbortController()
  const timer = setTimeout(() => waited.abort(), Number(searchParams.get("timeout") ?? 60_000))
  gone.addEventListener("abort", () => waited.abort(), { once: true })
  await store.changed(waited.signal)
  clearTimeout(timer)
  return store.changes(since === "now" ? first.last_seq : since, limit, includeDocs)
}

function queryOf({ searchParams }: URL): AllDocsQuery {
  return Object.fromEntries([...searchParams].map(([key, value]) => [key, JSON.parse(value) as unknown]))
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" })
  response.end(`${JSON.stringify(body)}\n`)
}

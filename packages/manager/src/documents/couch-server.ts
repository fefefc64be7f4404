import type { JsonObject } from "@metricq/client"
import type { CouchAddress } from "./couch-address.js"
import { StorageError } from "./errors.js"

/** Longest wait for an answer. */
const TIMEOUT_MS = 10_000
/** Largest answer that is read. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024
/** Characters of a reason that go into a message. */
const MAX_REASON = 200

/** One request to a CouchDB. */
export interface CouchRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE"
  /** Below the server's address, encoded, with a leading slash. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** JSON text. */
  readonly body?: string
  /** Longest wait for the whole answer. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Statuses that are no errors, besides 2xx. */
  readonly also?: readonly number[]
}

/** What a CouchDB has answered. */
export interface CouchAnswer {
  readonly status: number
  readonly body: JsonObject
}

/**
 * Speaks HTTP with one CouchDB. Everything that goes wrong is a `StorageError` whose message names the server and never the password:
 *
 * - `couchdb-away`: it cannot be reached, or the connection broke
 * - `couchdb-slow`: no answer in time; a change that was asked for may have happened
 * - `couchdb-password`, `couchdb-forbidden`: it does not know the login, or the login may not do that
 * - `couchdb-full`: its disk is full
 * - `couchdb-missing`: there is no such database
 * - `document-size`: it does not take documents of this size
 * - `couchdb-answer`: anything else that is no answer of a working CouchDB
 */
export class CouchServer {
  readonly url: string
  readonly #authorization: string | undefined
  readonly #timeoutMs: number
  readonly #asking = new Set<AbortController>()
  #closed = false

  constructor({ url, authorization }: CouchAddress, timeoutMs = TIMEOUT_MS) {
    this.url = url
    this.#authorization = authorization
    this.#timeoutMs = timeoutMs
  }

  /** Aborts what is under way. Further requests reject. */
  close(): void {
    this.#closed = true
    for (const request of this.#asking) request.abort()
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed
  }

  /** Ask. May be called concurrently. @throws {StorageError} */
  async request(request: CouchRequest): Promise<CouchAnswer> {
    if (this.closed) throw new StorageError("closed", `the documents in ${this.url} are closed`)
    const { status, text } = await this.#askAgain(request)
    const body = this.#json(status, text, request)
    if ((status >= 200 && status < 300) || request.also?.includes(status)) return { status, body }
    throw this.#refusal(status, body)
  }

  /** Reads once more where the connection broke: it may have been an old one, which the other side was just closing. */
  async #askAgain(request: CouchRequest): Promise<{ status: number; text: string }> {
    const timeoutMs = request.timeoutMs ?? this.#timeoutMs
    try {
      return await this.#ask(request, timeoutMs)
    } catch (error) {
      const isAway = error instanceof StorageError && error.code === "couchdb-away"
      if (!isAway || !isRead(request) || this.#closed || request.signal?.aborted) throw error
      return this.#ask(request, timeoutMs)
    }
  }

  /** Not `AbortSignal.any`: the signals that outlive a request would remember each. */
  async #ask(request: CouchRequest, timeoutMs: number): Promise<{ status: number; text: string }> {
    const controller = new AbortController()
    const abort = () => controller.abort()
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      abort()
    }, timeoutMs)
    this.#asking.add(controller)
    request.signal?.addEventListener("abort", abort)
    if (request.signal?.aborted) abort()
    try {
      const response = await this.#fetch(request, controller.signal)
      return { status: response.status, text: await this.#text(response, controller.signal) }
    } catch (cause) {
      if (cause instanceof StorageError) throw cause
      throw this.#failure(cause, isLate ? timeoutMs : undefined, isRead(request))
    } finally {
      clearTimeout(timer)
      this.#asking.delete(controller)
      request.signal?.removeEventListener("abort", abort)
    }
  }

  #fetch({ method, path, query = {}, body }: CouchRequest, signal: AbortSignal): Promise<Response> {
    const url = new URL(`${this.url}${path}`)
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, String(value))
    const headers: Record<string, string> = { Accept: "application/json" }
    if (this.#authorization !== undefined) headers.Authorization = this.#authorization
    if (body !== undefined) headers["Content-Type"] = "application/json"
    // CouchDB before 3 may answer before it has flushed; what is acknowledged must be on disk.
    if (method !== "GET" && method !== "HEAD") headers["X-Couch-Full-Commit"] = "true"
    return fetch(url, { method, headers, signal, redirect: "manual", ...(body !== undefined && { body }) })
  }

  /** Ends also where an abort between head and body of an answer does not reach the body. */
  async #text(response: Response, signal: AbortSignal): Promise<string> {
    const reader = response.body?.getReader()
    if (!reader) return ""
    const cancel = () => void reader.cancel().catch(() => {})
    signal.addEventListener("abort", cancel)
    const chunks: Uint8Array[] = []
    let bytes = 0
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.length
      if (bytes > MAX_ANSWER_BYTES) {
        cancel()
        throw new StorageError("couchdb-answer", `${this.url} answers with more than ${MAX_ANSWER_BYTES} bytes`)
      }
      chunks.push(value)
    }
    signal.throwIfAborted() // what was cancelled ends as if it were whole
    return Buffer.concat(chunks).toString()
  }

  #json(status: number, text: string, { method }: CouchRequest): JsonObject {
    if (method === "HEAD" || text === "") return {}
    try {
      // Not `parseJson`: one document of somebody else with an odd key must not make all others unreadable.
      const body = JSON.parse(text) as unknown
      if (typeof body === "object" && body !== null) return (Array.isArray(body) ? { rows: body } : body) as JsonObject
    } catch (cause) {
      if (status >= 200 && status < 300) {
        throw new StorageError("couchdb-answer", `${this.url} does not answer with JSON: is it a CouchDB?`, { cause })
      }
    }
    return { reason: text.slice(0, MAX_REASON) }
  }

  /** `timeoutMs` is set if that was too long. */
  #failure(cause: unknown, timeoutMs: number | undefined, isRead: boolean): StorageError {
    if (this.closed) return new StorageError("closed", `the documents in ${this.url} are closed`)
    if (timeoutMs !== undefined) {
      const doubt = isRead ? "" : "; the change may have happened"
      const message = `the CouchDB at ${this.url} did not answer in ${timeoutMs / 1000} s${doubt}`
      return new StorageError("couchdb-slow", message, { cause })
    }
    return new StorageError("couchdb-away", `cannot reach the CouchDB at ${this.url}: ${reasonOf(cause)}`, { cause })
  }

  #refusal(status: number, body: JsonObject): StorageError {
    const reason = [body.error, body.reason].filter((text) => typeof text === "string").join(": ") || `status ${status}`
    const told = reason.slice(0, MAX_REASON)
    const error = (code: string, message: string) => new StorageError(code, `${message} (${told})`)
    const where = `the CouchDB at ${this.url}`
    if (status >= 300 && status < 400) return error("couchdb-answer", `${where} sends us elsewhere: name that address`)
    if (status === 401) return error("couchdb-password", `${where} refuses user or password`)
    if (status === 403) return error("couchdb-forbidden", `${where} does not let this user do that`)
    if (status === 404) return error("couchdb-missing", `${where} has no such database`)
    if (status === 413) return error("document-size", `${where} takes no document that large`)
    if (status === 507 || isFull(reason)) return error("couchdb-full", `${where} has no room on its disk`)
    return error("couchdb-answer", `${where} answers with status ${status}`)
  }
}

/** Whether a CouchDB says with this that its disk is full. */
export function isFull(reason: string): boolean {
  return /enospc|insufficient_storage|no space left/i.test(reason)
}

/** Whether nothing changes by it. */
function isRead({ method, path }: CouchRequest): boolean {
  return method === "GET" || method === "HEAD" || path.endsWith("/_all_docs")
}

/** What `fetch` says lies in the cause of its error. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(inner instanceof Error)) return String(inner)
  return inner.message || (inner as { code?: string }).code || inner.name
}

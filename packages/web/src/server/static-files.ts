import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { extname, join, relative, sep } from "node:path"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"
import type { FastifyReply, FastifyRequest } from "fastify"

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
}

const compressible = new Set([".html", ".js", ".css", ".json", ".svg", ".webmanifest", ".map", ".txt"])

/** Names that a bundler has put a hash of the content into: `index-Bq3x_9Za.js`. */
const hashed = /[-.][\w-]{8,}\.\w+$/

const notBuilt = `The page has not been built. Run "npm run build" in the folder of the project, and load this address again.

The HTTP API works without it: api/v1/status, api/v1/metrics, …
`

interface Asset {
  readonly body: Buffer
  readonly type: string
  readonly etag: string
  readonly cacheControl: string
  readonly isCompressible: boolean
  /** Made when first asked for. */
  readonly compressed: Map<string, Promise<Buffer>>
}

/**
 * The files of the built page, kept in memory; only what was in the folder when it was read can be asked for.
 *
 * A page that is built later is found with the next request for it.
 */
export class StaticFiles {
  readonly #folder: string
  readonly #prefix: string
  #assets: Map<string, Asset> | undefined

  /** `prefix` is the path of the page: it becomes the base of its relative addresses. */
  constructor(folder: string, prefix: string) {
    this.#folder = folder
    this.#prefix = prefix
  }

  /** Send the file at this path below the prefix; false if there is none. */
  async sendFile(path: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const asset = path === "index.html" ? undefined : (await this.#read())?.get(path)
    if (asset === undefined) return false
    await send(asset, request, reply)
    return true
  }

  /** Send the page, whatever the address within it; a text that says what to do where it has not been built. */
  async sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const page = (await this.#read())?.get("index.html")
    if (page === undefined) return reply.code(503).type("text/plain; charset=utf-8").send(notBuilt)
    return send(page, request, reply)
  }

  async #read(): Promise<Map<string, Asset> | undefined> {
    if (this.#assets === undefined) {
      const assets = await readAssets(this.#folder, this.#prefix)
      if (assets.has("index.html")) this.#assets = assets
    }
    return this.#assets
  }
}

/** Whether a browser asks for a page to show, and not a program for data. */
export function isNavigation({ method, headers }: FastifyRequest): boolean {
  return (method === "GET" || method === "HEAD") && /\btext\/html\b/.test(headers.accept ?? "")
}

async function send(asset: Asset, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.type(asset.type).header("etag", asset.etag).header("cache-control", asset.cacheControl)
  if (asset.isCompressible) reply.header("vary", "accept-encoding")
  if (request.headers["if-none-match"] === asset.etag) return reply.code(304).send()
  const encoding = asset.isCompressible ? encodingOf(request.headers["accept-encoding"]) : undefined
  if (encoding === undefined) return reply.send(asset.body)
  return reply.header("content-encoding", encoding).send(await compressed(asset, encoding))
}

function encodingOf(accepted: string | string[] | undefined): "br" | "gzip" | undefined {
  const names = String(accepted ?? "")
    .split(",")
    .map((part) => part.trim())
  if (names.some((name) => name === "br" || name.startsWith("br;"))) return "br"
  return names.some((name) => name === "gzip" || name.startsWith("gzip;")) ? "gzip" : undefined
}

function compressed(asset: Asset, encoding: "br" | "gzip"): Promise<Buffer> {
  let body = asset.compressed.get(encoding)
  if (body === undefined) {
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
    body = encoding === "br" ? promisify(brotliCompress)(asset.body, options) : promisify(gzip)(asset.body)
    asset.compressed.set(encoding, body)
  }
  return body
}

async function readAssets(folder: string, prefix: string): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = relative(folder, file).split(sep).join("/")
    const content = await readFile(file)
    assets.set(path, assetOf(path, path === "index.html" ? withBase(content, prefix) : content))
  }
  return assets
}

function assetOf(path: string, body: Buffer): Asset {
  const extension = extname(path)
  const isImmutable = path.includes("/") && hashed.test(path)
  return {
    body,
    type: types[extension] ?? "application/octet-stream",
    etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`,
    cacheControl: isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    isCompressible: compressible.has(extension) && body.length > 1024,
    compressed: new Map(),
  }
}

/** Pages below the prefix have addresses of any depth, so what they load is found from the prefix. */
function withBase(page: Buffer, prefix: string): Buffer {
  const text = page.toString("utf8").replace(/<base\b[^>]*>/i, "")
  return Buffer.from(text.replace(/<head[^>]*>/i, (head) => `${head}<base href="${prefix}">`))
}

import { isIP } from "node:net"
import { hostname } from "node:os"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { Cors } from "../access/cors.js"
import { isLoopback } from "./loopback.js"
import type { ResolvedOptions } from "./options.js"
import { WebError } from "./web-error.js"

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"])

const policy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ")

const headers = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
}

/**
 * Refuses what does not come from the page itself or from a program, and sends the headers that confine the page.
 *
 * `Host` must be a name of this server, so that no foreign name that leads here works (DNS rebinding). Requests that change something, and
 * WebSockets, must come from the same origin, where a browser says where they come from, or, if they only read, from one of `corsOrigins`.
 */
export function addSecurity(
  app: FastifyInstance,
  { publicUrl, host, corsOrigins, prefix }: Pick<ResolvedOptions, "publicUrl" | "host" | "corsOrigins" | "prefix">,
): void {
  const cors = new Cors(corsOrigins, prefix)
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers)
    checkHost(request, publicUrl, host)
    if (cors.answer(request, reply)) return reply.code(204).send()
    if (!safeMethods.has(request.method) || request.headers.upgrade !== undefined) {
      if (!cors.allows(request)) checkOrigin(request, publicUrl)
    }
  })
  app.addHook("onSend", async (_request, reply, payload) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store")
    return payload
  })
}

/** Whether a browser says that a page of another server asks. */
export function isForeignOrigin({ headers }: FastifyRequest, publicUrl: URL | undefined): boolean {
  const { origin, host, "sec-fetch-site": site } = headers
  if (site !== undefined && site !== "same-origin" && site !== "none") return true
  if (origin === undefined || origin === publicUrl?.origin) return false
  return !URL.canParse(origin) || new URL(origin).host !== host
}

function checkHost(request: FastifyRequest, publicUrl: URL | undefined, listening: string): void {
  const host = request.headers.host ?? ""
  const name = hostnameOf(host)
  if (name !== undefined && (isLoopback(name) || name === publicUrl?.hostname)) return
  if (name !== undefined && !isLoopback(listening) && isOwnName(name, listening)) return
  const remedy = "use the address that the web server prints, or start it with --public-url"
  throw new WebError("host", `${JSON.stringify(host)} is not a name of this server`, { status: 403, remedy })
}

/** Beyond loopback: addresses, which nobody can make lead elsewhere, and the name of this machine. */
function isOwnName(name: string, listening: string): boolean {
  const own = hostname().toLowerCase()
  const isAddress = isIP(name.replace(/^\[|\]$/g, "")) !== 0
  return isAddress || [own, own.split(".")[0], listening.toLowerCase()].includes(name)
}

function hostnameOf(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host)) return undefined
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined
}

function checkOrigin(request: FastifyRequest, publicUrl: URL | undefined): void {
  if (!isForeignOrigin(request, publicUrl)) return
  const remedy = "open the page at the address of this server"
  throw new WebError("origin", "this request comes from another page", { status: 403, remedy })
}

import type { FastifyInstance, FastifyRequest } from "fastify"
import { isLoopback, type ResolvedOptions } from "./options.js"
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
 * Refuses what does not come from the page itself or from a program on this machine, and sends the headers that confine the page.
 *
 * `Host` must be this machine or the public address, so that no foreign name that leads here works (DNS rebinding). Requests that change
 * something, and WebSockets, must come from the same origin, where a browser says where they come from.
 */
export function addSecurity(app: FastifyInstance, { publicUrl }: Pick<ResolvedOptions, "publicUrl">): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(headers)
    checkHost(request, publicUrl)
    if (!safeMethods.has(request.method) || request.headers.upgrade !== undefined) checkOrigin(request, publicUrl)
  })
  app.addHook("onSend", async (_request, reply, payload) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store")
    return payload
  })
}

function checkHost(request: FastifyRequest, publicUrl: URL | undefined): void {
  const host = request.headers.host ?? ""
  const name = hostnameOf(host)
  if (name !== undefined && (isLoopback(name) || name === publicUrl?.hostname)) return
  const remedy = "use the address that the web server prints, or start it with --public-url"
  throw new WebError("host", `${JSON.stringify(host)} is not a name of this server`, { status: 403, remedy })
}

function hostnameOf(host: string): string | undefined {
  if (!/^[\w.:[\]-]+$/.test(host)) return undefined
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined
}

function checkOrigin(request: FastifyRequest, publicUrl: URL | undefined): void {
  const { origin, host, "sec-fetch-site": site } = request.headers
  const isForeign = site !== undefined && site !== "same-origin" && site !== "none"
  const isSame =
    origin === undefined || origin === publicUrl?.origin || (URL.canParse(origin) && new URL(origin).host === host)
  if (isSame && !isForeign) return
  const remedy = "open the page at the address of this server"
  throw new WebError("origin", "this request comes from another page", { status: 403, remedy })
}

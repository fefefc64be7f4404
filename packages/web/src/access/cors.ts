import type { FastifyReply, FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import { needsOf } from "./needs.js"

/** What pages of others may read: the compatible APIs, and what API v1 reads. */
const readable = /^\/(grafana|prometheus|api|ws)(\/|$)/

/**
 * Lets pages of other origins read here, if they are named, or if all are (`*`).
 *
 * They never come with the session of whoever looks at them: cookies of such requests count for nothing, and a page that needs to be known sends
 * an API token.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>
  readonly #prefix: string

  /** @throws {WebError} `cors-origin` for what is no origin */
  constructor(origins: readonly string[], prefix: string) {
    for (const origin of origins) {
      if (origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin)) continue
      const remedy = "name scheme, host and port only, such as https://lab.example.org, or *"
      throw new WebError("cors-origin", `${JSON.stringify(origin)} is no origin: ${remedy}`)
    }
    this.#origins = new Set(origins)
    this.#prefix = prefix.replace(/\/$/, "")
  }

  /** Whether this is what a page of a named origin may ask for; a preflight is, if what it asks about may be. */
  allows(request: FastifyRequest): boolean {
    return (
      this.#isNamed(request) &&
      (isPreflight(request) || needsOf(request.method, request.routeOptions.config.needs) === "viewer")
    )
  }

  /** Tell the browser what it may hand on, and whether that was all: a preflight needs no other answer. */
  answer(request: FastifyRequest, reply: FastifyReply): boolean {
    if (this.#origins.size === 0) return false
    reply.header("vary", "origin")
    if (!this.allows(request)) return false
    const { origin } = request.headers
    reply.header("access-control-allow-origin", this.#origins.has("*") ? "*" : origin)
    reply.header("cross-origin-resource-policy", "cross-origin")
    reply.header(
      "access-control-expose-headers",
      "content-disposition, etag, x-request-duration, x-request-duration-cpu",
    )
    if (!isPreflight(request)) return false
    reply.header("access-control-allow-methods", "GET, HEAD, POST")
    reply.header("access-control-allow-headers", "authorization, content-type, accept, if-none-match")
    reply.header("access-control-max-age", "600")
    return true
  }

  #isNamed({ headers: { origin }, url }: FastifyRequest): boolean {
    if (origin === undefined || !(this.#origins.has("*") || this.#origins.has(origin))) return false
    const path = url.split("?")[0] as string
    return path.startsWith(this.#prefix) && readable.test(path.slice(this.#prefix.length))
  }
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined
}

import type { FastifyReply, FastifyRequest } from "fastify"
import type { ResolvedOptions } from "../server/options.js"
import { sessionLimits } from "./sessions.js"

/** Where the cookie of a session is good for. */
export interface CookiePlace {
  /** The prefix of the server. */
  readonly path: string
  readonly isSecure: boolean
}

/**
 * What the cookie of a session is called. Browsers do not tell ports of one machine apart, so that two servers there would take each other's
 * cookies. With TLS, and not below a path, no other host can set one of this name: nobody works in a session that a neighbour has left them.
 */
export function sessionCookieOf({ socket }: Pick<FastifyRequest, "socket">, { path, isSecure }: CookiePlace): string {
  return `${isSecure && path === "/" ? "__Host-" : ""}metricq-session-${socket.localPort ?? 0}`
}

/** The id of a session that a request brings. */
export function sessionIdOf(request: FastifyRequest, place: CookiePlace): string | undefined {
  return cookieOf(request, sessionCookieOf(request, place))
}

/** Where cookies of a server are good for, and whether people reach it by TLS. */
export function placeOf(
  { prefix, publicUrl }: Pick<ResolvedOptions, "prefix" | "publicUrl">,
  { protocol }: Pick<FastifyRequest, "protocol">,
): CookiePlace {
  return { path: prefix, isSecure: protocol === "https" || publicUrl?.protocol === "https:" }
}

/** The cookie of this name that a request brings. */
export function cookieOf(request: FastifyRequest, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=")
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

/** Give the browser the id of a session, out of reach for scripts and for other sites; undefined takes it away. */
export function sendSessionId(request: FastifyRequest, reply: FastifyReply, place: CookiePlace, id?: string): void {
  const age = id === undefined ? 0 : Math.floor(sessionLimits.longestMs / 1000)
  const words = [
    `${sessionCookieOf(request, place)}=${id ?? ""}`,
    `Path=${place.path}`,
    `Max-Age=${age}`,
    "HttpOnly",
    "SameSite=Strict",
  ]
  if (place.isSecure) words.push("Secure")
  reply.header("set-cookie", words.join("; "))
}

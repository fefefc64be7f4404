import type { FastifyReply, FastifyRequest } from "fastify"
import { type CookiePlace, cookieOf } from "../cookie.js"
import { pendingLimits } from "./pending-logins.js"

/**
 * What the cookie is called that ties a login to the browser that has begun it. With TLS no other host can set one of this name, so that nobody is
 * logged in as somebody else by a cookie that a neighbour of this host has left.
 */
function nameOf({ socket }: FastifyRequest, isSecure: boolean): string {
  return `${isSecure ? "__Host-" : ""}metricq-login-${socket.localPort ?? 0}`
}

/** The secret of the browser, if it has begun a login. */
export function loginCookieOf(request: FastifyRequest, { isSecure }: CookiePlace): string | undefined {
  return cookieOf(request, nameOf(request, isSecure))
}

/**
 * Give the browser its secret. It has to come back with the provider's answer, a visit from another site, which a cookie with SameSite=Strict would
 * not; Lax comes with visits only, and is worth nothing without the state.
 */
export function sendLoginCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  place: CookiePlace,
  secret: string,
): void {
  const { path, isSecure } = place
  const words = [
    `${nameOf(request, isSecure)}=${secret}`,
    `Path=${isSecure ? "/" : `${path}api/v1/login/oidc`}`,
    `Max-Age=${pendingLimits.lifeMs / 1000}`,
    ...["HttpOnly", "SameSite=Lax", ...(isSecure ? ["Secure"] : [])],
  ]
  reply.header("set-cookie", words.join("; "))
}

import type { FastifyReply, FastifyRequest } from "fastify"
import type { WebContext } from "../server/context.js"
import type { Account } from "./account.js"
import { placeOf, sendSessionId } from "./cookie.js"
import { digestOf } from "./secret.js"

/** Where people reach this server: scheme, host and port. The `Host` of a request is one of its names. */
export function originOf({ options: { publicUrl } }: WebContext, { protocol, headers }: FastifyRequest): string {
  return publicUrl?.origin ?? new URL(`${protocol}://${headers.host}`).origin
}

/** Begin a session, give it to the browser, and tell its hash. The one that the browser had `before` ends: a new login never goes on with an old id. */
export async function beginSession(
  context: WebContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { account, before, lifeMs }: { account: Account; before: string | undefined; lifeMs?: number },
): Promise<string> {
  const { sessions } = context.access
  const id = await sessions.begin(account, request.ip, lifeMs)
  if (before !== undefined) await sessions.end(before)
  sendSessionId(request, reply, placeOf(context.options, request), id)
  return digestOf(id)
}

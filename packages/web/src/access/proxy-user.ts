import type { FastifyRequest } from "fastify"
import { WebError } from "../server/web-error.js"
import type { AddressList } from "./address-list.js"
import { isRole, type Role } from "./role.js"

/** Headers by which a proxy that has asked for a login tells who it was. */
export interface TrustedHeader {
  readonly name: string
  /** Header with the role. Without it, it is that of the account of this name, or viewer. */
  readonly role?: string
}

/** @throws {WebError} `trusted-header` for what is not `NAME` or `NAME:ROLE` */
export function parseTrustedHeader(text: string): TrustedHeader {
  const [name = "", role, ...more] = text.toLowerCase().split(":")
  const isHeader = (word: string) =>
    /^[a-z0-9-]{1,100}$/.test(word) && !["authorization", "cookie", "host"].includes(word)
  if (isHeader(name) && (role === undefined || isHeader(role)) && more.length === 0) {
    return role === undefined ? { name } : { name, role }
  }
  const expected = "expected a header such as x-remote-user, or two with a colon: x-remote-user:x-remote-role"
  throw new WebError("trusted-header", `${JSON.stringify(text)}: ${expected}`)
}

/** Whom the proxy names; undefined where it names nobody, or is none that is trusted. */
export interface ProxyUser {
  readonly name: string
  readonly role?: Role
}

/** @throws {WebError} `proxy-role` (403) for a role that there is not */
export function proxyUserOf(
  request: FastifyRequest,
  header: TrustedHeader,
  proxies: AddressList,
): ProxyUser | undefined {
  if (!proxies.has(request.socket.remoteAddress)) return undefined
  const name = textOf(request, header.name)
  if (name === undefined) return undefined
  if (header.role === undefined) return { name }
  const role = textOf(request, header.role)?.toLowerCase()
  if (isRole(role)) return { name, role }
  const remedy = "let the proxy send viewer, operator or administrator"
  const text = `the proxy says ${JSON.stringify(role ?? "")} in ${header.role}, which is no role`
  throw new WebError("proxy-role", text, { status: 403, remedy })
}

/** A header that came twice may be one that the proxy has not taken away. */
function textOf({ headers, raw }: FastifyRequest, name: string): string | undefined {
  const count = raw.rawHeaders.filter((word, index) => index % 2 === 0 && word.toLowerCase() === name).length
  const value = count === 1 ? String(headers[name]).trim() : ""
  return value === "" || value.length > 200 || /[^\x20-\x7e\x80-\xff]/.test(value) ? undefined : value
}

import type { RuntimeEntry } from "../settings/runtime-file.js"

/**
 * The port of `server` if it is a plain `amqp:` address of this machine that names no user: the only place where a secret of this
 * user may be sent unasked. `undefined` for all others, and for what is no address.
 */
export function localPortWithoutUser(server: string): number | undefined {
  const url = parse(server)
  if (url?.protocol !== "amqp:" || url.username !== "" || url.password !== "") return undefined
  if (!isLoopback(url.hostname.replace(/^\[|\]$/g, ""))) return undefined
  return url.port === "" ? 5672 : Number(url.port)
}

/** Whether a host name or address, without brackets, is this machine seen from itself. */
export function isLoopback(host: string): boolean {
  return /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(host)
}

/** Whether `server` is an address of this machine. */
export function isLocal(server: string): boolean {
  return isLoopback((parse(server)?.hostname ?? "").replace(/^\[|\]$/g, ""))
}

/**
 * `server` with the administrator of `entry` as its user. The address then holds a password: never show it.
 *
 * The host becomes the address that the broker of `entry` listens on: `localhost` can mean two addresses, and on the other one
 * somebody else may listen.
 */
export function asAdministrator(server: string, entry: RuntimeEntry): string {
  const url = new URL(server)
  url.hostname = bracketed(entry.host)
  url.username = encodeURIComponent(entry.user)
  url.password = encodeURIComponent(entry.password)
  return url.href
}

/** A host as it stands in an address: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host
}

/** The AMQP user that an address logs in as; `guest` for one that names none. */
export function userOf(server: string): string {
  return decodeURIComponent(parse(server)?.username ?? "") || "guest"
}

function parse(server: string): URL | undefined {
  return URL.canParse(server) ? new URL(server) : undefined
}

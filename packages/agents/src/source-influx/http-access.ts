import { createHash, timingSafeEqual } from "node:crypto"
import type { IncomingMessage } from "node:http"

/**
 * Whether a request shows the token: as `Authorization: Token …` or `Bearer …` (Influx 2), as the password of basic login, or as
 * `p` in the address (Influx 1).
 */
export function showsToken({ headers }: IncomingMessage, query: URLSearchParams, token: string): boolean {
  const [scheme = "", value = ""] = (headers.authorization ?? "").split(/\s+/, 2)
  const shown = [query.get("p")]
  if (/^(?:token|bearer)$/i.test(scheme)) shown.push(value)
  if (/^basic$/i.test(scheme))
    shown.push(
      Buffer.from(value, "base64")
        .toString("utf8")
        .replace(/^[^:]*:/, ""),
    )
  return shown.some((text) => text !== null && isSame(text, token))
}

/** In a time that does not tell how much of it is right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

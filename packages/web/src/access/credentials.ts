import type { FastifyRequest } from "fastify"

/** A secret that a program brings in the header `Authorization`, and, with HTTP Basic, the name of whom it is for. */
export interface Credentials {
  readonly secret: string
  readonly name?: string
}

/** Those of a request: `Bearer TOKEN`, or `Basic` with a user and the token as password. Undefined for none, and for other schemes. */
export function credentialsOf({
  headers: { authorization = "" },
}: Pick<FastifyRequest, "headers">): Credentials | undefined {
  const [, scheme = "", text = ""] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() === "bearer") return { secret: text }
  if (scheme === "") return undefined
  const pair = Buffer.from(text, "base64").toString("utf8")
  const at = pair.indexOf(":")
  return at < 0 ? { secret: "", name: pair } : { secret: pair.slice(at + 1), name: pair.slice(0, at) }
}

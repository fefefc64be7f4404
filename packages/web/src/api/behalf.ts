import type { FastifyRequest } from "fastify"

/** Who has asked, for the manager to keep; nobody is logged in on this machine alone. */
export function behalf({ identity: { name, via } }: Pick<FastifyRequest, "identity">): { by?: string } {
  return via === "loopback" ? {} : { by: name.slice(0, 100) }
}

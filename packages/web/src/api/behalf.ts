import type { FastifyRequest } from "fastify"

/** Who has asked, for the manager to keep; nobody is logged in on this machine alone. */
export function behalf({ identity: { name, via } }: FastifyRequest): { by?: string } {
  return via === "loopback" ? {} : { by: name.slice(0, 100) }
}

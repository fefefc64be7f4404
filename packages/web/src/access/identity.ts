import type { Role } from "./role.js"

/** Who asks. */
export interface Identity {
  readonly name: string
  readonly role: Role
  /** How that is known: by being on this machine, a session of the page, an API token, or a proxy that has asked. */
  readonly via: "loopback" | "session" | "token" | "proxy"
}

/** Whoever asks from this machine while the server listens on loopback only. */
export const localIdentity: Identity = { name: "local", role: "administrator", via: "loopback" }

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; known from the hook `onRequest` on. */
    identity: Identity
  }
  interface FastifyContextConfig {
    /** Who may use this route. Without it: `viewer` for what only reads (GET, HEAD), else `operator`. */
    needs?: Role
  }
}

import type { Role } from "./role.js"

/** Who asks. */
export interface Identity {
  /** Name of a person; `""` for nobody. */
  readonly name: string
  readonly role: Role | "nobody"
  /** How that is known: by being on this machine, a session of the page, an API token, or a proxy that has asked. */
  readonly via: "loopback" | "session" | "token" | "proxy" | "nobody"
  /** Id of the account that this is; undefined for those who have none. */
  readonly account?: string
  /** The API token. */
  readonly token?: { readonly id: string; readonly name: string }
  /** The session, by the hash of its id. */
  readonly session?: string
  /** Only metrics, history and live values may be read, whatever the role. */
  readonly isDataOnly?: boolean
}

/** Whoever asks from this machine while the server listens on loopback only, and nobody has an account. */
export const localIdentity: Identity = { name: "local", role: "administrator", via: "loopback" }

/** Whoever has not said who they are. */
export const nobody: Identity = { name: "", role: "nobody", via: "nobody" }

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; known from the hook `onRequest` on. */
    identity: Identity
  }
  interface FastifyContextConfig {
    /** Who may use this route. Without it: `viewer` for what only reads (GET, HEAD), else `operator`. */
    needs?: Role | "anyone"
  }
}

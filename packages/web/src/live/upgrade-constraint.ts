import type { FastifyInstance } from "fastify"

/**
 * Lets routes be for WebSockets only, by the constraint `upgrade: "websocket"`, so that a page and a WebSocket can have one address.
 * For the whole server; once.
 */
export function addUpgradeConstraint(app: FastifyInstance): void {
  if (app.hasConstraintStrategy("upgrade")) return
  app.addConstraintStrategy({
    name: "upgrade",
    storage: <T>() => {
      const stores = new Map<unknown, T>()
      return {
        get: (type: unknown) => stores.get(type) ?? null,
        set: (type: unknown, store: T) => void stores.set(type, store),
      }
    },
    deriveConstraint: (request) => request.headers.upgrade?.toLowerCase(),
    validate: () => {},
  } as Parameters<FastifyInstance["addConstraintStrategy"]>[0])
}

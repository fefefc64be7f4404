import type { FastifyInstance, FastifySchema, RouteOptions } from "fastify"
import { needsOf } from "../access/needs.js"
import type { Role } from "../access/role.js"

declare module "fastify" {
  interface FastifySchema {
    /** What the route does, in a line. */
    summary?: string
    /** Under which headings a description of the API lists it. */
    tags?: readonly string[]
    /** More than the line. */
    description?: string
  }
}

/** A route as it was added. */
export interface BookedRoute {
  readonly method: string
  /** With the prefix, in the way of the framework: `/api/v1/metrics/:name`. */
  readonly url: string
  readonly schema: FastifySchema
  /** What one needs to be to use it. */
  readonly needs: Role | "anyone"
  /** `upgrade: "websocket"` for those that are for WebSockets only. */
  readonly constraints: Readonly<Record<string, unknown>> | undefined
}

/**
 * The routes of a server, in the order in which they are added.
 *
 * What a schema says of answers is kept here and taken from the route: it describes them, and must not filter what is sent.
 */
export class RouteBook {
  readonly #routes: BookedRoute[] = []

  /** Books all routes that are added from now on. */
  constructor(app: FastifyInstance) {
    app.addHook("onRoute", (route) => this.#add(route))
  }

  get routes(): readonly BookedRoute[] {
    return this.#routes
  }

  #add(route: RouteOptions): void {
    const { method, url, schema = {}, config, constraints } = route
    if (schema.response !== undefined) {
      const { response: _described, ...taken } = schema
      route.schema = taken
    }
    for (const one of [method].flat()) {
      this.#routes.push({ method: one, url, schema, needs: needsOf(one, config?.needs), constraints })
    }
  }
}

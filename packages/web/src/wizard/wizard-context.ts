import type { FastifyInstance } from "fastify"
import type { ApiContext } from "../api/endpoints.js"
import type { HealthEngine } from "../health/engine.js"
import type { NetworkWatch } from "../network/network-watch.js"
import type { TransformerBook } from "../network/transformer-book.js"

/** What the routes of the wizard's API share. */
export interface WizardContext extends ApiContext {
  /** Who sends what to whom. */
  readonly watch: NetworkWatch
  /** What transformers make of what. */
  readonly transformers: TransformerBook
  /** The findings that stand for the wizard's issues. */
  readonly engine: HealthEngine
}

/** A group of routes; their addresses are below `/api`. */
export type WizardRoutes = (app: FastifyInstance, context: WizardContext) => void

/** The heading of its routes, which the description of API v1 does not list. */
export const tags = ["wizard"]

/** Longest body: configurations are sent whole, and so are lists of metrics. */
export const BODY_BYTES = 8 * 1024 * 1024

/** Metrics in a request, and in an answer. */
export const MAX_METRICS = 100_000

/** For requests that only read, though they are posted. */
export const reading = { needs: "viewer" } as const

/** Times in seconds that the manager has. */
export const ask = { repeatable: true, timeout: 10 }

import { createHash } from "node:crypto"
import type { JsonObject, JsonValue } from "@metricq/client"
import { checkMetricName } from "@metricq/client"
import { checkFormulas } from "../network/formula-document.js"
import { WebError } from "../server/web-error.js"
import { changeConfig, existingConfig } from "./config-change.js"
import { isObject } from "./is-object.js"
import { tags, type WizardRoutes } from "./wizard-context.js"

interface CombinedParams {
  Params: { token: string; metric: string }
}
interface ExpressionBody {
  readonly expression?: JsonValue
  readonly configHash?: string
}

const path = "/transformer/:token/:metric"
const body = { type: "object" }

/** The expressions of combined metrics, one at a time, in the configurations of combinators. */
export const combinedMetrics: WizardRoutes = (app, context) => {
  app.get<CombinedParams>(
    path,
    { schema: { summary: "How a combined metric is computed", tags } },
    async ({ params: { token, metric } }) => {
      const { config } = await existingConfig(context, token)
      const entry = entryOf(config, token, metric)
      return { transformerId: token, metric, expression: entry.expression ?? null, configHash: hashOf(entry) }
    },
  )

  app.put<CombinedParams & { Body: ExpressionBody }>(
    path,
    { schema: { body, summary: "Make a combined metric", tags } },
    async (request, reply) => {
      const { token, metric } = request.params
      const expression = expressionOf(request.body)
      checkMetricName(metric)
      await changeConfig(context, request, token, (config) => {
        if (Object.hasOwn(metricsOf(config, token), metric)) {
          throw new WebError("exists", `${token} has a metric ${metric} already`, { status: 409 })
        }
        return { config: withExpression(config, token, metric, { expression }), note: `combined metric ${metric}` }
      })
      return reply.code(204).send()
    },
  )

  app.patch<CombinedParams & { Body: ExpressionBody }>(
    path,
    { schema: { body, summary: "Change how a combined metric is computed", tags } },
    async (request, reply) => {
      const { token, metric } = request.params
      const expression = expressionOf(request.body)
      const { configHash } = request.body
      if (typeof configHash !== "string") throw new WebError("request", "configHash is missing")
      await changeConfig(context, request, token, (config) => {
        const entry = entryOf(config, token, metric)
        if (hashOf(entry) !== configHash) {
          const text = `${metric} has been changed since it was read`
          throw new WebError("conflict", text, { status: 409, remedy: "load it again, and repeat" })
        }
        const changed = withExpression(config, token, metric, { ...entry, expression })
        return { config: changed, note: `combined metric ${metric}` }
      })
      return reply.code(204).send()
    },
  )
}

/** @throws {WebError} `request` for none; a constant 0 is one */
function expressionOf({ expression }: ExpressionBody): JsonValue {
  if (expression === undefined || expression === null || expression === "")
    throw new WebError("request", "expression is missing")
  return expression
}

/** @throws {WebError} `form` (409) for the configuration of something else */
function metricsOf({ metrics = {} }: JsonObject, token: string): JsonObject {
  if (isObject(metrics)) return metrics
  throw new WebError("form", `the configuration of ${token} is not that of a combinator`, { status: 409 })
}

/** @throws {WebError} `no-such-metric` (404) */
function entryOf(config: JsonObject, token: string, metric: string): JsonObject {
  const metrics = metricsOf(config, token)
  const entry = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined
  if (isObject(entry)) return entry
  throw new WebError("no-such-metric", `${token} has no metric ${JSON.stringify(metric)}`, { status: 404 })
}

/** @throws {WebError} `expression` (400) if the combinator could not compute it, such as one that needs itself */
function withExpression(config: JsonObject, token: string, metric: string, entry: JsonObject): JsonObject {
  const changed = { ...config, metrics: { ...metricsOf(config, token), [metric]: entry } }
  const before = new Set(checkFormulas(config))
  const [problem] = checkFormulas(changed).filter((line) => !before.has(line))
  if (problem !== undefined) throw new WebError("expression", problem)
  return changed
}

/** Tells whether an entry is still the one that was read. */
function hashOf(entry: JsonObject): string {
  return createHash("sha256").update(JSON.stringify(entry)).digest("hex")
}

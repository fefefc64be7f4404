import { DataError, type JsonObject, type JsonValue, type Metadata } from "@metricq/client"
import { readCombinatorExpression } from "@metricq/protocol"

/**
 * The metrics of a combinator's configuration, `metrics.NAME.expression`, with the metadata it gives them; undefined for documents of
 * another form.
 */
export function metricsOfFormulas({ metrics }: JsonObject): Record<string, Metadata> | undefined {
  if (!isObject(metrics)) return undefined
  const entries = Object.entries(metrics)
  if (!entries.some(([, metric]) => isObject(metric) && metric.expression !== undefined)) return undefined
  return Object.fromEntries(
    entries.map(([name, metric]) => {
      const metadata = isObject(metric) ? metric.metadata : undefined
      return [name, isObject(metadata) ? metadata : {}]
    }),
  )
}

/** What is wrong with the expressions of such a document: a line for each, beginning with its path. Nothing of other documents. */
export function checkFormulas(document: JsonObject): string[] {
  const { metrics } = document
  if (!isObject(metrics) || metricsOfFormulas(document) === undefined) return []
  return Object.entries(metrics).flatMap(([name, metric]) => {
    try {
      readCombinatorExpression(isObject(metric) ? metric.expression : undefined)
      return []
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      return [`metrics[${JSON.stringify(name)}].${error.message}`]
    }
  })
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

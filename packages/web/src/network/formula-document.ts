import { DataError, type JsonObject, type JsonValue, type Metadata } from "@metricq/client"
import { type CombinatorExpression, combinatorCircle, readCombinatorExpression } from "@metricq/protocol"

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

/**
 * What is wrong with the expressions of such a document, those that need themselves included: a line for each, beginning with its path.
 * Nothing of other documents.
 */
export function checkFormulas(document: JsonObject): string[] {
  const { metrics } = document
  if (!isObject(metrics) || metricsOfFormulas(document) === undefined) return []
  const problems: string[] = []
  const definitions = new Map<string, CombinatorExpression>()
  for (const [name, metric] of Object.entries(metrics)) {
    try {
      definitions.set(name, readCombinatorExpression(isObject(metric) ? metric.expression : undefined))
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      problems.push(`${pathOf(name)}.${error.message}`)
    }
  }
  for (const name of definitions.keys()) {
    const circle = combinatorCircle(name, definitions)
    if (circle) problems.push(`${pathOf(name)}.expression: the metric needs itself: ${circle.join(" ← ")}`)
  }
  return problems
}

function pathOf(name: string): string {
  return `metrics[${JSON.stringify(name)}]`
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

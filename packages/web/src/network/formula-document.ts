import type { JsonObject, JsonValue, Metadata } from "@metricq/client"

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

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

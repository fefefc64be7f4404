import type { Value } from "./evaluate.js"
import { isEmpty, type Series, type Steps, timeOf } from "./series.js"

/** A number as Prometheus writes it, in a string. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN"
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf"
}

/** The member `data` of an answer to a query, as JSON; with how many series there would be without `limit`. */
export function formatResult(
  value: Value,
  steps: Steps,
  limit = Number.POSITIVE_INFINITY,
): { json: string; total: number } {
  const time = (step: number) => timeOf(steps, step) / 1000
  const sample = (step: number, number: number) => `[${time(step)},"${formatNumber(number)}"]`
  const data = (type: string, result: string) => `{"resultType":"${type}","result":${result}}`
  if (value.type === "string") return { json: data("string", `[${time(0)},${JSON.stringify(value.value)}]`), total: 1 }
  if (value.type === "scalar" && steps.isInstant) return { json: data("scalar", sample(0, value.values[0]!)), total: 1 }
  const series = value.type === "scalar" ? [unlabelled(value.values)] : value.series.filter((one) => !isEmpty(one))
  const written = series.slice(0, limit).map(({ labels, values, present }) => {
    const metric = JSON.stringify(labels)
    if (steps.isInstant) return `{"metric":${metric},"value":${sample(0, values[0]!)}}`
    const samples: string[] = []
    for (let step = 0; step < steps.count; step++) if (present[step] === 1) samples.push(sample(step, values[step]!))
    return `{"metric":${metric},"values":[${samples.join(",")}]}`
  })
  return { json: data(steps.isInstant ? "vector" : "matrix", `[${written.join(",")}]`), total: series.length }
}

function unlabelled(values: Float64Array): Series {
  return { labels: {}, values, present: new Uint8Array(values.length).fill(1) }
}

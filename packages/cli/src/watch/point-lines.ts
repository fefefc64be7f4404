import { type Columns, Timestamp } from "@metricq/protocol"
import { printable } from "../terminal/text.js"

/** One line a point, `<ISO time> <metric> <value>`, each ending in a line break. */
export function plainLines(metric: string, { times, values }: Columns): string {
  let text = ""
  const name = printable(metric)
  for (let index = 0; index < times.length; index += 1) {
    text += `${isoTime(times[index])} ${name} ${values[index]}\n`
  }
  return text
}

/** One JSON object a point and line, with `time`, `metric` and `value`; what JSON has no number for (NaN, ±Infinity) is text. */
export function jsonLines(metric: string, { times, values }: Columns): string {
  let text = ""
  for (let index = 0; index < times.length; index += 1) {
    const value = values[index] ?? Number.NaN
    text += `${JSON.stringify({ time: isoTime(times[index]), metric, value: Number.isFinite(value) ? value : String(value) })}\n`
  }
  return text
}

function isoTime(timeNs: bigint | undefined): string {
  return Timestamp.fromNs(timeNs ?? 0n).toIso()
}

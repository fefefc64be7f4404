import { DataError } from "@metricq/client"
import { z } from "zod"
import type { ReadValue } from "./parser.js"

export const prometheusParams = z.looseObject({
  name: z.string().min(1),
  labels: z.record(z.string(), z.string()).optional(),
})

/** A sample of a page in the text format of Prometheus. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The one sample of this name whose labels include those given; several are an error, as none is better than another. */
export function readPrometheus({ name, labels = {} }: z.infer<typeof prometheusParams>): ReadValue {
  const wanted = Object.entries(labels)
  return (answer) => {
    const all = answer.as(parsePrometheusText).get(name) ?? []
    const found = all.filter((sample) => wanted.every(([label, value]) => sample.labels[label] === value))
    const [first] = found
    if (first === undefined) throw new DataError("no-value", `there is no ${name}${printLabels(labels)}`)
    if (found.length > 1)
      throw new DataError(
        "no-value",
        `there are ${found.length} ${name}${printLabels(labels)}, such as ${printLabels(first.labels)}`,
      )
    return first.value
  }
}

/**
 * Samples by name. Lines that are no samples are left out. The format is that of Prometheus' "exposition formats", version
 * 0.0.4; of OpenMetrics, exemplars are ignored.
 */
export function parsePrometheusText(text: string): Map<string, Sample[]> {
  const samples = new Map<string, Sample[]>()
  for (const line of text.split("\n")) {
    const parsed = parseLine(line.trim())
    if (parsed === undefined) continue
    const [name, sample] = parsed
    const others = samples.get(name)
    if (others === undefined) samples.set(name, [sample])
    else others.push(sample)
  }
  return samples
}

const NAME = /^([a-zA-Z_:][\w:]*)\s*(\{|(?=\s))/
const LABEL = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|(?=\}))/y

function parseLine(line: string): [string, Sample] | undefined {
  const head = NAME.exec(line)
  if (head === null) return undefined
  const [{ length }, name = "", brace] = head
  let at = length
  const labels: Record<string, string> = {}
  if (brace === "{") {
    LABEL.lastIndex = at
    for (let label = LABEL.exec(line); label !== null; label = LABEL.exec(line)) {
      labels[label[1] ?? ""] = unescaped(label[2] ?? "")
      at = LABEL.lastIndex
    }
    const end = line.indexOf("}", at)
    if (end < 0 || line.slice(at, end).trim() !== "") return undefined
    at = end + 1
  }
  const value = numberOf(line.slice(at).trim().split(/\s+/, 1)[0] ?? "")
  return value === undefined ? undefined : [name, { labels, value }]
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^[+-]?nan$/i.test(text)) return Number.NaN
  const number = Number(text)
  return text === "" || Number.isNaN(number) ? undefined : number
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character) => (character === "n" ? "\n" : character))
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? "" : `{${pairs.join(", ")}}`
}

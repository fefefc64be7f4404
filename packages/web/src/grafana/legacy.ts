import { ask, flexible, type GrafanaContext, isUnanswered } from "./metric-history.js"
import { floatOrNull, pythonObject, pythonString } from "./python-json.js"
import { metadataOf } from "./query.js"
import { refuse } from "./request.js"
import { byCodePoint } from "./search.js"
import { meanAt, milliseconds } from "./series.js"

const timeoutSeconds = 10
const nsPerMs = 1_000_000n

/** `/legacy/cntr_status.php`: a line `name;description` for each metric that matches a regular expression. */
export async function counterStatus({ history }: GrafanaContext, selector: string | undefined): Promise<string> {
  if (selector === undefined) throw refuse("there is no selector")
  const found = await history.getMetrics({ selector })
  const names = Object.keys(found).sort(byCodePoint)
  return names.map((name) => `${name};${textOf(found[name]?.description)}`).join("\n")
}

/** `/legacy/counter_data.php`: `[[ms, value], …]` of a metric: points, or the means of rows. */
export async function counterData(
  context: GrafanaContext,
  parameters: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<string> {
  const { cntr } = parameters
  if (typeof cntr !== "string" || cntr === "") throw refuse("there is no cntr")
  const startNs = whole(parameters.start, "start") * nsPerMs
  const endNs = whole(parameters.stop, "stop") * nsPerMs
  const width = whole(parameters.width, "width")
  const question = { startNs, endNs, intervalMaxNs: (endNs - startNs) / (width > 0n ? width : 1n) }
  try {
    const [{ response }, metadata] = await Promise.all([
      ask(context, cntr, { ...question, type: flexible, timeoutSeconds, signal }),
      metadataOf(context, cntr),
    ])
    const { values } = response.points
    const isKnown = response.mode === "aggregates" ? (i: number) => response.timeline.count[i] !== 0n : () => true
    const valueAt = response.mode === "values" ? (i: number) => values[i]! : meanAt(response)
    const data: string[] = []
    for (const [i, time] of response.times.entries()) {
      if (time < startNs || time > endNs) continue
      data.push(`[${milliseconds(time)}, ${isKnown(i) ? floatOrNull(valueAt(i)) : "null"}]`)
    }
    return pythonObject([
      ["description", pythonString(textOf(metadata?.description))],
      ["unit", pythonString(textOf(metadata?.unit))],
      ["data", `[${data.join(", ")}]`],
    ])
  } catch (error) {
    if (!isUnanswered(error)) throw error
    return pythonObject([
      ["data", "[]"],
      ["description", pythonString("error: not found in database")],
      ["unit", pythonString("")],
    ])
  }
}

function whole(text: unknown, name: string): bigint {
  if (typeof text === "string" && /^\s*[+-]?\d{1,16}\s*$/.test(text)) return BigInt(text.trim().replace("+", ""))
  throw refuse(`${name} is no whole number`)
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}

import type { HistoryResponse, JsonObject } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import { ask, askedAtOnce, expandAll, flexible, type GrafanaContext, isUnanswered } from "./metric-history.js"
import { floatOrNull, pythonObject, pythonString } from "./python-json.js"
import { timeMeasurements } from "./query.js"
import { intervalMaxNs, listOf, metricOf, rangeOf } from "./request.js"
import { meanAt } from "./series.js"

const timeoutSeconds = 60

/** `/timeline`: rows or points of metrics as the database has them, as JSON; what is not finite is null. */
export async function timeline(context: GrafanaContext, request: JsonObject, signal: AbortSignal): Promise<string> {
  const range = rangeOf(request)
  const wanted = listOf(request, "metrics").map(metricOf)
  const question = {
    ...range,
    intervalMaxNs: intervalMaxNs(range, request.maxDataPoints),
    ...{ type: flexible, timeoutSeconds, signal },
  }
  const metrics = [...new Set(await expandAll(context, wanted))]
  const answers = await mapBounded(metrics, askedAtOnce, async (metric): Promise<readonly [string, string]> => {
    try {
      const measured = await ask(context, metric, question)
      return [metric, pythonObject(contents(measured.response, timeMeasurements(measured)))]
    } catch (error) {
      if (!isUnanswered(error)) throw error
      return [metric, pythonObject([["error", pythonString(error.message)]])]
    }
  })
  return pythonObject(answers)
}

type Entries = [key: string, json: string][]

function contents(response: HistoryResponse, times: string): Entries {
  const { mode } = response
  const head: Entries = [
    ["mode", pythonString(mode === "legacy" ? "aggregates" : mode)],
    ["time_measurements", times],
  ]
  if (mode === "empty") return head
  if (mode === "values") return [...head, ["values", points(response)]]
  return [...head, ["aggregates", rows(response)]]
}

function points({ points: { times, values } }: HistoryResponse): string {
  const parts: string[] = []
  for (let i = 0; i < times.length; i++) parts.push(`{"timestamp": ${times[i]}, "value": ${floatOrNull(values[i]!)}}`)
  return `[${parts.join(", ")}]`
}

function rows(response: HistoryResponse): string {
  const { times, mode, timeline, legacy } = response
  const { minimum, maximum } = mode === "legacy" ? legacy : timeline
  const mean = meanAt(response)
  const parts: string[] = []
  for (let i = 0; i < times.length; i++) {
    parts.push(
      pythonObject([
        ["minimum", floatOrNull(minimum[i]!)],
        ["mean", floatOrNull(mean(i))],
        ["maximum", floatOrNull(maximum[i]!)],
        ["count", String(mode === "legacy" ? 1 : timeline.count[i]!)],
        ["timestamp", String(times[i]!)],
      ]),
    )
  }
  return `[${parts.join(", ")}]`
}

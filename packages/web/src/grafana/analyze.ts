import { HistoryRequestType, type JsonObject, type TimeAggregate } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import { ask, askedAtOnce, expandAll, type GrafanaContext, isUnanswered } from "./metric-history.js"
import { floatOrNull, pythonFloat, pythonObject, pythonString } from "./python-json.js"
import { isObject, listOf, metricOf, type RequestedRange, rangeOf, refuse } from "./request.js"

const timeoutSeconds = 30

/** `/analyze`: one aggregate for each metric, as JSON. A metric that nobody answers about is not in it; what is not finite is null. */
export async function analyze(context: GrafanaContext, request: JsonObject, signal: AbortSignal): Promise<string> {
  const range = rangeOf(request)
  const wanted = listOf(request, "targets").map((target) => {
    if (!isObject(target)) throw refuse("a target is an object")
    return metricOf(target.metric)
  })
  const metrics = await expandAll(context, wanted)
  const answers = await mapBounded(metrics, askedAtOnce, (metric) => answer(context, metric, range, signal))
  return `[${answers.filter((text) => text !== undefined).join(", ")}]`
}

async function answer(
  context: GrafanaContext,
  metric: string,
  { startNs, endNs }: RequestedRange,
  signal: AbortSignal,
): Promise<string | undefined> {
  const question = { startNs, endNs, intervalMaxNs: 0n, type: HistoryRequestType.aggregate, timeoutSeconds, signal }
  try {
    const { response, httpSeconds } = await ask(context, metric, question)
    const [aggregate] = response.aggregates({ convert: true })
    return aggregate && aggregateText(metric, aggregate, httpSeconds)
  } catch (error) {
    if (!isUnanswered(error)) throw error
    context.logger.info(`/grafana/analyze leaves out ${metric}`, { reason: error.message })
    return undefined
  }
}

function aggregateText(metric: string, aggregate: TimeAggregate, httpSeconds: number): string {
  const { minimum, maximum, sum, count, integralNs, activeTime } = aggregate
  return pythonObject([
    ["target", pythonString(metric)],
    ["time_measurements", pythonObject([["http", pythonFloat(httpSeconds)]])],
    ["minimum", floatOrNull(minimum)],
    ["maximum", floatOrNull(maximum)],
    ["sum", floatOrNull(sum)],
    ["count", String(count)],
    ["integral_ns", floatOrNull(integralNs)],
    ["active_time_ns", String(activeTime.ns)],
    ["mean", floatOrNull(aggregate.mean)],
    ["mean_integral", floatOrNull(aggregate.meanIntegral)],
    ["mean_sum", floatOrNull(aggregate.meanSum)],
  ])
}

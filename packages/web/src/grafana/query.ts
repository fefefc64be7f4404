import { type JsonObject, type Metadata, RPCError } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import {
  ask,
  askedAtOnce,
  expand,
  flexible,
  type GrafanaContext,
  isUnanswered,
  type MeasuredResponse,
} from "./metric-history.js"
import { pythonFloat, pythonObject, pythonString } from "./python-json.js"
import { intervalMaxNs, listOf, type RequestedRange, rangeOf, refuse, targetsLimit } from "./request.js"
import { seriesOf } from "./series.js"
import { type Target, targetOf } from "./target.js"

const timeoutSeconds = 10

/** `/query`: time series of targets, as JSON. A target that nobody answers is not in it. */
export async function query(context: GrafanaContext, request: JsonObject, signal: AbortSignal): Promise<string> {
  const range = rangeOf(request)
  const intervalNs = intervalMaxNs(range, request.maxDataPoints)
  const wanted = listOf(request, "targets").map(targetOf)
  const targets = (await Promise.all(wanted.map((target) => expandTarget(context, target)))).flat()
  if (targets.length > targetsLimit) throw refuse(`these are ${targets.length} metrics, more than ${targetsLimit}`)
  const answers = await mapBounded(targets, askedAtOnce, (target) => answer(context, target, range, intervalNs, signal))
  return `[${answers.flat().join(", ")}]`
}

async function expandTarget(context: GrafanaContext, target: Target): Promise<Target[]> {
  return (await expand(context, target.metric)).map((metric) => ({ ...target, metric }))
}

async function answer(
  context: GrafanaContext,
  target: Target,
  { startNs, endNs }: RequestedRange,
  intervalNs: bigint,
  signal: AbortSignal,
): Promise<string[]> {
  // Half a window more on each side, so that the first and last average have a whole one.
  const margin = target.functions.includes("sma") ? (target.windowNs ?? 0n) / 2n : 0n
  const question = { startNs: startNs - margin, endNs: endNs + margin, intervalMaxNs: intervalNs }
  try {
    const [measured, metadata] = await Promise.all([
      ask(context, target.metric, { ...question, type: flexible, timeoutSeconds, signal }),
      target.name.usesMetadata ? metadataOf(context, target.metric) : undefined,
    ])
    return seriesTexts(target, measured, metadata)
  } catch (error) {
    if (!isUnanswered(error)) throw error
    context.logger.info(`/grafana/query leaves out ${target.metric}`, { reason: error.message })
    return []
  }
}

function seriesTexts(target: Target, measured: MeasuredResponse, metadata: Metadata | undefined): string[] {
  const { metric, functions, windowNs, name, factor } = target
  const times = timeMeasurements(measured)
  return seriesOf(measured.response, functions, windowNs, factor).map(({ functionName, datapoints }) =>
    pythonObject([
      ["target", pythonString(name.fill(metric, functionName, metadata))],
      ["time_measurements", times],
      ["datapoints", datapoints],
    ]),
  )
}

/** How long the database and the whole way to it have taken, in seconds; -1 where the database does not say. */
export function timeMeasurements({ response, httpSeconds }: MeasuredResponse): string {
  return pythonObject([
    ["db", pythonFloat(response.requestDuration ?? -1)],
    ["http", pythonFloat(httpSeconds)],
  ])
}

/** Metadata of a metric; none where the manager cannot say. */
export async function metadataOf({ history, logger }: GrafanaContext, metric: string): Promise<Metadata | undefined> {
  try {
    return (await history.getMetrics({ selector: [metric] }))[metric]
  } catch (error) {
    if (!(error instanceof RPCError)) throw error
    logger.info(`no metadata of ${metric}`, { reason: error.message })
    return undefined
  }
}

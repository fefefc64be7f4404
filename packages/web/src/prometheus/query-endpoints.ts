import { type Envelope, success } from "./envelope.js"
import { formatResult } from "./format-result.js"
import type { Parameters } from "./parameters.js"
import { refuse } from "./query-error.js"
import { type QueryOptions, runQuery } from "./run-query.js"
import type { Steps } from "./series.js"

type Options = Pick<QueryOptions, "source" | "limits" | "signal">

/** `/api/v1/query`: one moment, without `time` now. */
export async function queryInstant(parameters: Parameters, options: Options): Promise<Envelope> {
  const startMs = parameters.timeMs("time") ?? Date.now()
  return answer(parameters, { startMs, stepMs: 1, count: 1, isInstant: true }, options)
}

/** `/api/v1/query_range`: every `step` from `start` to `end`. */
export async function queryRange(parameters: Parameters, options: Options): Promise<Envelope> {
  for (const name of ["start", "end", "step"]) parameters.required(name)
  const startMs = parameters.timeMs("start") ?? refuse("start is a time")
  const endMs = parameters.timeMs("end") ?? refuse("end is a time")
  const stepMs = Math.max(1, Math.round(parameters.durationMs("step") ?? refuse("step is a duration")))
  if (endMs < startMs) refuse("end is before start")
  // The steps between moments are counted, as Prometheus does: Grafana asks for as many as there may be.
  const steps = Math.floor((endMs - startMs) / stepMs)
  const most = options.limits.steps
  if (steps > most) refuse(`${steps} steps are more than ${most}: ask for a longer step or a shorter time`)
  return answer(parameters, { startMs, stepMs, count: steps + 1, isInstant: false }, options)
}

async function answer(parameters: Parameters, steps: Steps, options: Options): Promise<Envelope> {
  const limit = parameters.limit()
  const { value, notes } = await runQuery(parameters.required("query"), steps, {
    ...options,
    lookbackMs: parameters.durationMs("lookback_delta"),
    timeoutMs: parameters.durationMs("timeout"),
  })
  const { json, total } = formatResult(value, steps, limit)
  const warnings = limit !== undefined && total > limit ? [`results truncated: ${limit} of ${total} series`] : []
  return success(json, { warnings, infos: notes })
}

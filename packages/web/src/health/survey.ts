import type { Client, JsonObject } from "@metricq/client"
import type { SurveyedPoint } from "./metric-track.js"

/** Metrics of a page; a page holds a database up for a few milliseconds at most. */
const PAGE = 1000
const ANSWER_S = 10

/** A page of what a database knows of its metrics. */
export interface SurveyPage {
  /** Clock of the database, in ms since 1970. */
  readonly nowMs: number
  readonly points: ReadonlyMap<string, SurveyedPoint>
}

/** All pages of a database, one after the other. Rejects as `rpcTo` does. */
export async function* surveyPages(rpc: Pick<Client, "rpcTo">, token: string): AsyncGenerator<SurveyPage> {
  let after: string | undefined
  do {
    const args: JsonObject = after === undefined ? { limit: PAGE } : { limit: PAGE, after }
    const answer = await rpc.rpcTo(token, "database.survey", args, { timeout: ANSWER_S, repeatable: true })
    yield { nowMs: msOf(answer.now), points: pointsOf(answer.metrics) }
    const next = typeof answer.next === "string" ? answer.next : undefined
    if (next === after) return
    after = next
  } while (after !== undefined)
}

function pointsOf(metrics: unknown): Map<string, SurveyedPoint> {
  const points = new Map<string, SurveyedPoint>()
  for (const [name, told] of Object.entries((metrics ?? {}) as Record<string, Record<string, unknown>>)) {
    const timeMs = msOf(told.time)
    if (Number.isNaN(timeMs)) continue
    const { count = 0, nan = 0, value, min, max } = told as Record<string, number | undefined>
    const sinceMs = told.since === undefined ? timeMs : msOf(told.since)
    points.set(name, {
      ...{ timeMs, sinceMs, count: count ?? 0, nan: nan ?? 0 },
      ...{ value: value ?? Number.NaN, min: min ?? Number.NaN, max: max ?? Number.NaN },
    })
  }
  return points
}

/** Nanoseconds as text in ms; NaN for what is none. Microseconds are kept. */
function msOf(ns: unknown): number {
  return typeof ns === "string" && /^-?\d{1,20}$/.test(ns) ? Number(BigInt(ns) / 1000n) / 1000 : Number.NaN
}

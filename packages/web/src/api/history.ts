import { Readable } from "node:stream"
import { type HistoryClient, HistoryRequestType, type HistoryResponse, Timedelta } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import { parseRange, type TimeRange } from "../network/time-text.js"
import { errorAnswer, errorBody } from "../server/error-answer.js"
import type { Gate } from "../server/gate.js"
import { whenLeft } from "../server/left.js"
import { WebError } from "../server/web-error.js"
import { columnsType } from "./columns.js"
import type { Endpoints } from "./endpoints.js"
import { analysisOf, historyAnswer, rawAnswer } from "./history-answer.js"
import { historyColumns } from "./history-columns.js"
import { bodySchema, metricNames, timeText } from "./schemas.js"

interface HistoryBody {
  readonly metrics: string[]
  readonly from: string
  readonly to: string
  /** About how many aggregates there should be. */
  readonly points?: number
  /** Longest interval of an aggregate, in nanoseconds. */
  readonly interval?: string
  readonly raw?: boolean
}

const MOST_METRICS = 50
const MOST_POINTS = 100_000
/** Points of one metric that `raw` answers at most; `export` has no such bound. */
const MOST_RAW = 500_000
const TIMEOUT_S = 30

const rangeProperties = { metrics: metricNames(MOST_METRICS), from: timeText, to: timeText }

const historySchema = bodySchema(
  {
    ...rangeProperties,
    points: { type: "integer", minimum: 1, maximum: MOST_POINTS },
    interval: { type: "string", pattern: "^\\d{1,18}$" },
    raw: { type: "boolean" },
  },
  ["metrics", "from", "to"],
)

const analyzeSchema = bodySchema(rangeProperties, ["metrics", "from", "to"])

/** `history`: what was, as columns. `analyze`: one aggregate of a range. */
export const history: Endpoints = (app, { history, gate }) => {
  app.post<{ Body: HistoryBody }>(
    "/history",
    { config: { needs: "viewer" }, schema: historySchema },
    async ({ body, headers }, reply) => {
      const signal = whenLeft(reply)
      const range = parseRange(body)
      const interval = intervalOf(body, range)
      if (wantsColumns(headers.accept)) {
        const flex = (metric: string, most: Timedelta) => flexTimeline(history, metric, range, most, signal)
        const request = { metrics: body.metrics, range, interval, flexTimeline: flex, signal }
        return reply.type(columnsType).send(await begun(gate, historyColumns(history, request)))
      }
      return gate.run(() =>
        eachMetric(body.metrics, async (metric) => {
          if (interval === undefined) return rawAnswer(history, metric, range, { most: MOST_RAW, signal })
          return historyAnswer(await flexTimeline(history, metric, range, interval, signal))
        }),
      )
    },
  )

  app.post<{ Body: HistoryBody }>(
    "/analyze",
    { config: { needs: "viewer" }, schema: analyzeSchema },
    async ({ body }, reply) => {
      const signal = whenLeft(reply)
      const range = parseRange(body)
      const options = { start: range.from, end: range.to, timeout: TIMEOUT_S, signal }
      return gate.run(() =>
        eachMetric(body.metrics, async (metric) => analysisOf(await history.historyAggregate(metric, options), range)),
      )
    },
  )
}

/** Whether binary columns are asked for; everything else gets JSON. */
function wantsColumns(accept = ""): boolean {
  return accept.includes(columnsType) || accept.includes("application/octet-stream")
}

/** A stream whose first piece is there: what fails before it can still be answered as an error. */
async function begun(gate: Gate, pieces: AsyncGenerator<Uint8Array>): Promise<Readable> {
  const first = await gate.run(() => pieces.next())
  async function* all() {
    if (first.done !== true) yield first.value
    yield* pieces
  }
  return Readable.from(all(), { objectMode: false })
}

/** What a database has of a range, in aggregates of at most `interval`, or as points where those are no more. */
export function flexTimeline(
  history: HistoryClient,
  metric: string,
  { from, to }: TimeRange,
  interval: Timedelta,
  signal: AbortSignal,
): Promise<HistoryResponse> {
  const type = HistoryRequestType.flexTimeline
  return history.historyDataRequest(metric, from, to, interval, { type, timeout: TIMEOUT_S, signal })
}

/** Longest interval that is asked for; undefined for points. */
export function intervalOf(
  { points, interval, raw }: Pick<HistoryBody, "points" | "interval" | "raw">,
  { from, to }: TimeRange,
): Timedelta | undefined {
  if (raw) return undefined
  if (interval === undefined)
    return Timedelta.fromNs((to.minus(from).ns + BigInt(points ?? 1000) - 1n) / BigInt(points ?? 1000))
  const ns = BigInt(interval)
  if (to.minus(from).ns / BigInt(MOST_POINTS) > ns) {
    const text = `an interval of ${interval} ns gives more than ${MOST_POINTS} aggregates`
    throw new WebError("interval", text, { remedy: "ask for a longer interval, or with raw for the points" })
  }
  return Timedelta.fromNs(ns)
}

/** An answer for each metric; what fails for one is told in its place. */
async function eachMetric<T>(metrics: readonly string[], work: (metric: string) => Promise<T>) {
  const names = [...new Set(metrics)]
  const answers = await mapBounded(names, MOST_METRICS, (metric) =>
    work(metric).catch((error: unknown) => {
      const answer = errorAnswer(error)
      if (answer.status === 500 || answer.code === "not-connected") throw error
      return errorBody(answer)
    }),
  )
  return Object.fromEntries(names.map((name, index) => [name, answers[index]!]))
}

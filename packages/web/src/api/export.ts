import { Readable } from "node:stream"
import { type HistoryClient, type HistoryResponse, type Timedelta, Timestamp } from "@metricq/client"
import { parseRange, type TimeRange } from "../network/time-text.js"
import { whenLeft } from "../server/left.js"
import { AggregateRows } from "./aggregate-rows.js"
import type { Endpoints } from "./endpoints.js"
import { flexTimeline, intervalOf } from "./history.js"
import { metricNames, querySchema, timeText } from "./schemas.js"

interface ExportQuery {
  readonly metric: string[]
  readonly from: string
  readonly to: string
  readonly format: "csv" | "json"
  readonly points?: number
  readonly raw?: boolean
}

const MOST_METRICS = 50
/** Text is handed on in pieces of about this length. */
const PIECE = 64 * 1024

const schema = querySchema(
  {
    metric: metricNames(MOST_METRICS),
    from: timeText,
    to: timeText,
    format: { enum: ["csv", "json"], default: "csv" },
    points: { type: "integer", minimum: 1, maximum: 100_000 },
    raw: { enum: ["1", "true", "0", "false"] },
  },
  ["metric", "from", "to"],
)

const aggregateNames = ["min", "max", "mean", "sum", "count", "integral", "active"] as const

/** One line of a file: a point or an aggregate. */
interface Row {
  readonly metric: string
  readonly time: string
  readonly fields: readonly (readonly [name: string, value: number])[]
}

/** `export`: history as a file, written while it is read, so of any length. */
export const exportData: Endpoints = (app, { history, gate }) => {
  app.get<{ Querystring: Omit<ExportQuery, "raw"> & { raw?: string } }>(
    "/export",
    { schema },
    async ({ query }, reply) => {
      const range = parseRange(query)
      const interval = intervalOf({ ...query, raw: query.raw === "1" || query.raw === "true" }, range)
      const signal = whenLeft(reply)
      const { metric: metrics, format } = query
      // Errors can be told only before the first byte, so what is asked for is looked at first.
      for (const metric of metrics) await gate.run(() => history.historyLastValue(metric, { timeout: 10, signal }))
      const rows = rowsOf(history, { metrics, range, interval, signal })
      const text = format === "csv" ? csv(rows, interval !== undefined) : json(rows)
      reply.type(format === "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8")
      reply.header("content-disposition", `attachment; filename="${fileName(metrics, range)}.${format}"`)
      return reply.send(Readable.from(inPieces(text), { objectMode: false }))
    },
  )
}

interface Wanted {
  readonly metrics: readonly string[]
  readonly range: TimeRange
  /** undefined for points. */
  readonly interval: Timedelta | undefined
  readonly signal: AbortSignal
}

async function* rowsOf(history: HistoryClient, { metrics, range, interval, signal }: Wanted): AsyncGenerator<Row> {
  for (const metric of metrics) {
    if (interval === undefined) yield* pointRows(history, metric, range, signal)
    else yield* aggregateRows(metric, await flexTimeline(history, metric, range, interval, signal))
  }
}

async function* pointRows(
  history: HistoryClient,
  metric: string,
  { from, to }: TimeRange,
  signal: AbortSignal,
): AsyncGenerator<Row> {
  for await (const { times, values } of history.historyRawStream(metric, { start: from, end: to, signal })) {
    for (let i = 0; i < times.length; i++) {
      yield { metric, time: Timestamp.fromNs(times[i]!).toIso(), fields: [["value", values[i]!]] }
    }
  }
}

/** Where the points are no more than the aggregates that were asked for, each is an aggregate of its own. */
function* aggregateRows(metric: string, response: HistoryResponse): Generator<Row> {
  if (response.mode === "values" || response.mode === "empty") {
    for (const { timestamp, value } of response.values()) {
      const fields = aggregateNames.map((name) => [name, pointAs[name](value)] as const)
      yield { metric, time: timestamp.toIso(), fields }
    }
    return
  }
  const rows = AggregateRows.of(response)
  for (const [index, timeNs] of rows.times.entries()) {
    const fields = aggregateNames.map((name) => [name, rows[name][index]!] as const)
    yield { metric, time: Timestamp.fromNs(timeNs).toIso(), fields }
  }
}

const same = (value: number) => value
const zero = () => 0
const pointAs = { min: same, max: same, mean: same, sum: same, count: () => 1, integral: zero, active: zero }

async function* csv(rows: AsyncGenerator<Row>, isAggregated: boolean): AsyncGenerator<string> {
  yield `time,metric,${isAggregated ? aggregateNames.join(",") : "value"}\n`
  for await (const { time, metric, fields } of rows) {
    yield `${time},${csvField(metric)},${fields.map(([, value]) => value).join(",")}\n`
  }
}

async function* json(rows: AsyncGenerator<Row>): AsyncGenerator<string> {
  let metric: string | undefined
  for await (const row of rows) {
    const isNew = row.metric !== metric
    if (isNew) yield `${metric === undefined ? "{" : "\n  ],"}\n  ${JSON.stringify(row.metric)}: [`
    metric = row.metric
    const fields = row.fields.map(([name, value]) => `,"${name}":${Number.isFinite(value) ? value : `"${value}"`}`)
    yield `${isNew ? "" : ","}\n    {"time":"${row.time}"${fields.join("")}}`
  }
  yield metric === undefined ? "{}\n" : "\n  ]\n}\n"
}

async function* inPieces(text: AsyncGenerator<string>): AsyncGenerator<Buffer> {
  let piece = ""
  for await (const part of text) {
    piece += part
    if (piece.length < PIECE) continue
    yield Buffer.from(piece)
    piece = ""
  }
  if (piece !== "") yield Buffer.from(piece)
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function fileName(metrics: readonly string[], { from }: TimeRange): string {
  const name = metrics.length === 1 ? metrics[0]! : `${metrics.length}-metrics`
  return `${name}-${from.toIso()}`.replace(/[^\w.-]+/g, "-")
}

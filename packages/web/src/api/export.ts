import { Readable } from "node:stream"
import { parseRange, type TimeRange } from "../network/time-text.js"
import { Gate } from "../server/gate.js"
import { whenLeft } from "../server/left.js"
import type { Endpoints } from "./endpoints.js"
import { type ExportFormatName, exportFormats } from "./export-formats.js"
import { columnsOf, rowsOf } from "./export-rows.js"
import { intervalOf } from "./history.js"
import { metricNames, querySchema, timeText } from "./schemas.js"

interface ExportQuery {
  readonly metric: string[]
  readonly from: string
  readonly to: string
  readonly format: ExportFormatName
  readonly points?: number
  readonly raw?: string
}

const MOST_METRICS = 50
/** Files that are written at once, and that wait for it. */
const MOST_FILES = 8
const MOST_WAITING = 100

const schema = querySchema(
  {
    metric: metricNames(MOST_METRICS),
    from: timeText,
    to: timeText,
    format: { enum: Object.keys(exportFormats), default: "csv" },
    points: { type: "integer", minimum: 1, maximum: 100_000 },
    raw: { enum: ["1", "true", "0", "false"] },
  },
  ["metric", "from", "to"],
)

/** `export`: history as a file, written while it is read, so of any length. */
export const exportData: Endpoints = (app, { history, gate }) => {
  const files = new Gate(MOST_FILES, MOST_WAITING)
  app.get<{ Querystring: ExportQuery }>("/export", { schema }, async ({ query }, reply) => {
    const range = parseRange(query)
    const interval = intervalOf({ ...query, raw: query.raw === "1" || query.raw === "true" }, range)
    const signal = whenLeft(reply)
    const metrics = [...new Set(query.metric)]
    // Errors can be told only before the first byte, so what is asked for is looked at first.
    for (const metric of metrics) await gate.run(() => history.historyLastValue(metric, { timeout: 10, signal }))
    const wish = { metrics, range, interval, signal }
    const format = exportFormats[query.format]
    const pieces = files.each(() => format.write(rowsOf(history, wish), columnsOf(wish)))
    reply.type(format.type)
    reply.header("content-disposition", `attachment; filename="${fileName(metrics, range)}.${query.format}"`)
    return reply.send(Readable.from(pieces, { objectMode: false }))
  })
}

function fileName(metrics: readonly string[], { from }: TimeRange): string {
  const name = metrics.length === 1 ? metrics[0]! : `${metrics.length}-metrics`
  return `${name}-${from.toIso()}`.replace(/[^\w.-]+/g, "-")
}

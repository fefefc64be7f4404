import type { Columns } from "@metricq/client"
import type { AggregateRows } from "./aggregate-rows.js"

/** Media type of what is encoded here; docs/reference/columns.md has the format. */
export const columnsType = "application/vnd.metricq.columns"

const headerBytes = 16
const magic = 0x3143514d // "MQC1", read as little-endian
const kinds = { end: 0, metric: 1, points: 2, aggregates: 3, error: 4 }

const aggregateColumns = ["min", "mean", "max", "sum", "count", "integral", "active"] as const

/** What a stream of columns begins with. */
export function columnsHeader(metrics: number): Uint8Array {
  const bytes = new Uint8Array(headerBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic, true)
  view.setUint32(4, metrics, true)
  return bytes
}

/** The blocks that follow are of this metric; `index` is its place among those that were asked for. */
export function metricBlock(index: number, metric: string): Uint8Array {
  return textBlock(kinds.metric, index, JSON.stringify({ metric }))
}

/** Points: their times as i64, then their values as f64. */
export function pointsBlock(index: number, { times, values }: Columns): Uint8Array {
  const { bytes, payload } = startBlock({ kind: kinds.points, index, rows: times.length, length: times.length * 16 })
  new BigInt64Array(bytes.buffer, payload, times.length).set(times)
  new Float64Array(bytes.buffer, payload + times.length * 8, times.length).set(values)
  return bytes
}

/** Aggregates: their begins as i64, then minimum, mean, maximum, sum, count, integral and active time as f64. */
export function aggregatesBlock(index: number, rows: AggregateRows): Uint8Array {
  const n = rows.times.length
  const length = n * 8 * (1 + aggregateColumns.length)
  const { bytes, payload } = startBlock({ kind: kinds.aggregates, index, rows: n, length })
  new BigInt64Array(bytes.buffer, payload, n).set(rows.times)
  for (const [at, name] of aggregateColumns.entries()) {
    new Float64Array(bytes.buffer, payload + n * 8 * (at + 1), n).set(rows[name])
  }
  return bytes
}

/** What has failed for a metric; nothing more comes of it. */
export function errorBlock(index: number, error: object): Uint8Array {
  return textBlock(kinds.error, index, JSON.stringify(error))
}

/** The answer is complete. */
export function endBlock(): Uint8Array {
  return startBlock({ kind: kinds.end, index: 0, rows: 0, length: 0 }).bytes
}

/** JSON, filled up with blanks so that what follows is aligned. */
function textBlock(kind: number, index: number, json: string): Uint8Array {
  const text = new TextEncoder().encode(json)
  const { bytes, payload } = startBlock({ kind, index, rows: 0, length: Math.ceil(text.length / 8) * 8 })
  bytes.fill(0x20, payload)
  bytes.set(text, payload)
  return bytes
}

function startBlock({ kind, index, rows, length }: { kind: number; index: number; rows: number; length: number }) {
  const bytes = new Uint8Array(headerBytes + length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, kind, true)
  view.setUint32(4, index, true)
  view.setUint32(8, rows, true)
  view.setUint32(12, length, true)
  return { bytes, payload: headerBytes }
}

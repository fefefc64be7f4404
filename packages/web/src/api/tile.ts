import type { HistoryResponse } from "@metricq/client"
import { AggregateRows } from "./aggregate-rows.js"
import type { TilePlace } from "./tile-grid.js"

const HEADER_BYTES = 32
const MAGIC = 0x3154514d // "MQT1", read as little-endian
const FLAG_POINTS = 1

/**
 * A tile as it is sent, little-endian: a header of 32 bytes – "MQT1", u32 rows, f64 interval in ms, f64 begin in ms since 1970, u32 flags, u32
 * zero – and columns one after the other.
 *
 * Aggregates: f64 begin in ms after that of the tile, then f32 minimum, mean, maximum, and which part of its interval is known. Points (flag
 * 1): f64 time, f64 value. The first may lie before the tile: the row that its begin lies in, or the point before it.
 */
export function encodeTile(response: HistoryResponse, place: TilePlace): Uint8Array<ArrayBuffer> {
  if (response.mode === "values" || response.mode === "empty") return encodePoints(response, place)
  const rows = AggregateRows.of(response)
  const n = rows.times.length
  const bytes = startTile(place, { rows: n, flags: 0, bytesEach: 8 + 4 * 4 })
  writeOffsets(bytes, rows.times, place)
  const singles = (column: number) => new Float32Array(bytes.buffer, HEADER_BYTES + n * 8 + n * 4 * column, n)
  singles(0).set(rows.min)
  singles(1).set(rows.mean)
  singles(2).set(rows.max)
  const intervalS = Number(rows.intervalNs ?? place.intervalNs) / 1e9
  singles(3).set(rows.active.map((active) => Math.min(1, active / intervalS)))
  return bytes
}

function encodePoints(response: HistoryResponse, place: TilePlace): Uint8Array<ArrayBuffer> {
  const { times, values } = response.points
  const n = times.length
  const bytes = startTile(place, { rows: n, flags: FLAG_POINTS, bytesEach: 16 })
  writeOffsets(bytes, times, place)
  new Float64Array(bytes.buffer, HEADER_BYTES + n * 8, n).set(values)
  return bytes
}

function startTile(
  { intervalNs, from }: TilePlace,
  { rows, flags, bytesEach }: { readonly rows: number; readonly flags: number; readonly bytesEach: number },
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + rows * bytesEach)
  const header = new DataView(bytes.buffer)
  header.setUint32(0, MAGIC, true)
  header.setUint32(4, rows, true)
  header.setFloat64(8, Number(intervalNs) / 1e6, true)
  header.setFloat64(16, from.posixMs, true)
  header.setUint32(24, flags, true)
  return bytes
}

/** Typed arrays write in the order of the machine; those that Node runs on are little-endian. */
function writeOffsets({ buffer }: Uint8Array<ArrayBuffer>, times: BigInt64Array, { from }: TilePlace): void {
  const offsets = new Float64Array(buffer, HEADER_BYTES, times.length)
  for (let i = 0; i < times.length; i++) offsets[i] = Number(times[i]! - from.posixNs) / 1e6
}

/** One tile of one metric as it lies in memory: rows of aggregates, or raw points. */
export interface Tile {
  /** Time of the tile's begin, ms since 1970. */
  readonly t0: number
  /** Length of the tile's rows in ms, as far as it can be told from them. */
  readonly rowMs: number
  readonly raw: boolean
  /** Milliseconds from `t0`, ascending: begin of each row, or time of each point. */
  readonly offsets: Float64Array
  /** For raw points min, mean and max are the same array. */
  readonly min: Float32Array | Float64Array
  readonly mean: Float32Array | Float64Array
  readonly max: Float32Array | Float64Array
  readonly bytes: number
  /** When it was read, ms since 1970: what a tile that reaches beyond cannot know yet. */
  readonly receivedAt: number
}

const MAGIC = 0x3154514d // "MQT1", little-endian
const HEADER_BYTES = 32
const ROW_BYTES = 24
const POINT_BYTES = 16

/**
 * Read one tile: a header of 32 bytes (magic, rows u32, interval f64, t0 f64, flags u32, reserved u32), then columns.
 * The columns are views of `bytes`, which the tile keeps.
 *
 * @throws {RangeError} if the bytes are not a tile or are cut off
 */
export function decodeTile(bytes: ArrayBuffer, receivedAt: number): Tile {
  if (bytes.byteLength < HEADER_BYTES) throw new RangeError(`tile of ${bytes.byteLength} bytes`)
  const view = new DataView(bytes)
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError("not a tile")
  const rows = view.getUint32(4, true)
  const raw = (view.getUint32(24, true) & 1) !== 0
  if (bytes.byteLength < HEADER_BYTES + rows * (raw ? POINT_BYTES : ROW_BYTES)) {
    throw new RangeError(`tile of ${rows} rows cut off at ${bytes.byteLength} bytes`)
  }
  const interval = view.getFloat64(8, true)
  const offsets = new Float64Array(bytes, HEADER_BYTES, rows)
  const columns = HEADER_BYTES + rows * 8
  const common = { t0: view.getFloat64(16, true), raw, offsets, bytes: bytes.byteLength, receivedAt }
  if (raw) {
    const values = new Float64Array(bytes, columns, rows)
    return { ...common, rowMs: 0, min: values, mean: values, max: values }
  }
  return {
    ...common,
    rowMs: rowLength(offsets, interval),
    min: new Float32Array(bytes, columns, rows),
    mean: new Float32Array(bytes, columns + rows * 4, rows),
    max: new Float32Array(bytes, columns + rows * 8, rows),
  }
}

/** Split the answer to a request for many tiles: each has its length before it. A length of 0 is a tile that could not be made. */
export function splitTiles(body: ArrayBuffer, receivedAt: number): (Tile | undefined)[] {
  const view = new DataView(body)
  const tiles: (Tile | undefined)[] = []
  for (let at = 0; at + 4 <= body.byteLength; ) {
    const length = view.getUint32(at, true)
    at += 4
    if (at + length > body.byteLength) throw new RangeError("tiles cut off")
    tiles.push(length < HEADER_BYTES ? undefined : decodeTile(body.slice(at, at + length), receivedAt))
    at += length
  }
  return tiles
}

/** Rows may be shorter than the tile's interval; the shortest step between two of them is their length. */
function rowLength(offsets: Float64Array, interval: number): number {
  let least = interval
  for (let i = 1; i < offsets.length; i++) {
    const step = (offsets[i] as number) - (offsets[i - 1] as number)
    if (step > 0 && step < least) least = step
  }
  return least
}

/** Index of the first offset that is not below `value`; the length if all are. */
export function lowerBound(offsets: Float64Array, value: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((offsets[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

import type { Piece } from "../lib/cover.js"
import { lowerBound, type Tile } from "../lib/tile.js"

/** How time lies on the columns: column = (ms − from) · perMs. */
export interface TimeScale {
  from: number
  /** Columns a millisecond. */
  perMs: number
}

/**
 * One series reduced to columns of pixels: minimum, maximum and mean of what falls into each; NaN where there is nothing.
 * No peak is lost, however many rows a column holds. Buffers are reused.
 */
export class Columns {
  width = 0
  min = new Float64Array(0)
  max = new Float64Array(0)
  mean = new Float64Array(0)
  /** Columns of single points, with {@link dotValues}; not all of them where they are denser than columns. */
  dots: number[] = []
  dotValues: number[] = []
  #weight = new Float64Array(0)
  /** Up to where the last piece was drawn, and the time of the last raw point, in columns. */
  #drawn = Number.NEGATIVE_INFINITY
  #lastPoint = Number.NEGATIVE_INFINITY

  /**
   * Take in the pieces of a series, in the order of time. A row holds from its begin for its length; a raw point holds for the
   * time before it, back to its neighbour, unless that is more than `maxGapMs` away. `factor` multiplies all values.
   */
  fill(width: number, scale: TimeScale, pieces: readonly Piece[], maxGapMs: number, factor: number): void {
    this.#reset(width)
    for (const piece of pieces) {
      if (piece.tile.raw) this.#points(piece, scale, maxGapMs * scale.perMs, factor)
      else this.#rows(piece, scale, factor)
    }
    const { mean } = this
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) / (this.#weight[i] as number)
  }

  #reset(width: number): void {
    if (width > this.min.length) {
      for (const name of ["min", "max", "mean"] as const) this[name] = new Float64Array(width)
      this.#weight = new Float64Array(width)
    }
    this.width = width
    this.min.fill(Number.NaN, 0, width)
    this.max.fill(Number.NaN, 0, width)
    this.mean.fill(0, 0, width)
    this.#weight.fill(0, 0, width)
    this.dots.length = 0
    this.dotValues.length = 0
    this.#drawn = Number.NEGATIVE_INFINITY
    this.#lastPoint = Number.NEGATIVE_INFINITY
  }

  #rows({ from, to, tile }: Piece, { from: origin, perMs }: TimeScale, factor: number): void {
    const { offsets, min, mean, max, rowMs, t0 } = tile
    const begin = (from - origin) * perMs
    const end = (to - origin) * perMs
    const base = (t0 - origin) * perMs
    for (let i = Math.max(0, lowerBound(offsets, from - t0) - 1); i < offsets.length; i++) {
      const x = base + (offsets[i] as number) * perMs
      if (x >= end) break
      const stop = Math.min(end, x + rowMs * perMs)
      const start = Math.max(begin, x)
      if (stop <= start) continue
      const [low, high] = factor < 0 ? [max, min] : [min, max]
      this.#add(start, stop, (low[i] as number) * factor, (mean[i] as number) * factor, (high[i] as number) * factor)
      this.#drawn = stop
      this.#lastPoint = stop
    }
  }

  #points({ from, to, tile }: Piece, { from: origin, perMs }: TimeScale, maxGap: number, factor: number): void {
    const { offsets, mean, t0 } = tile
    const end = (to - origin) * perMs
    const base = (t0 - origin) * perMs
    for (let i = Math.max(0, lowerBound(offsets, from - t0) - 1); i < offsets.length; i++) {
      const x = base + (offsets[i] as number) * perMs
      if (x <= this.#lastPoint) continue
      const value = (mean[i] as number) * factor
      const stop = Math.min(x, end)
      const start = Math.max(this.#drawn, this.#lastPoint)
      if (x - this.#lastPoint <= maxGap && stop > start) this.#add(start, stop, value, value, value)
      this.#drawn = stop
      if (x >= end) break
      this.#dot(x, value, x - this.#lastPoint > maxGap)
      this.#lastPoint = x
    }
  }

  /** Marks a point of its own; one that nothing leads to gets at least its own column. */
  #dot(x: number, value: number, alone: boolean): void {
    if (x < 0 || x >= this.width || Number.isNaN(value)) return
    if (alone) this.#add(x, x + 1, value, value, value)
    if (this.dots.length > this.width) return
    this.dots.push(x)
    this.dotValues.push(value)
  }

  #add(start: number, stop: number, min: number, mean: number, max: number): void {
    if (Number.isNaN(mean)) return
    if (stop - start >= 1) {
      const last = Math.min(this.width, Math.round(stop))
      for (let c = Math.max(0, Math.round(start)); c < last; c++) this.#merge(c, 1, min, mean, max)
    } else {
      const c = Math.floor((start + stop) / 2)
      if (c >= 0 && c < this.width) this.#merge(c, Math.max(1e-9, stop - start), min, mean, max)
    }
  }

  #merge(column: number, weight: number, min: number, mean: number, max: number): void {
    if (!((this.min[column] as number) <= min)) this.min[column] = min
    if (!((this.max[column] as number) >= max)) this.max[column] = max
    this.mean[column] = (this.mean[column] as number) + mean * weight
    this.#weight[column] = (this.#weight[column] as number) + weight
  }
}

/** What a series was at an instant. For raw points min and max are the value too. */
export interface Reading {
  min: number
  mean: number
  max: number
  raw: boolean
  /** Length of the row it comes from, ms; 0 for a raw point. */
  rowMs: number
}

/** The row or point that holds at an instant; undefined in a gap or where nothing is loaded. */
export function readAt(pieces: readonly Piece[], ms: number, maxGapMs: number): Reading | undefined {
  const at = pieces.findIndex(({ from, to }) => ms >= from && ms < to)
  const piece = pieces[at]
  if (!piece) return undefined
  return piece.tile.raw ? readPoint(pieces, at, ms, maxGapMs) : readRow(piece.tile, ms - piece.tile.t0)
}

/** The next point from then on, which may lie in a later piece, if the one before it is near enough. */
function readPoint(pieces: readonly Piece[], at: number, ms: number, maxGapMs: number): Reading | undefined {
  for (const { tile } of pieces.slice(at, at + 8)) {
    if (!tile.raw) return undefined
    const i = lowerBound(tile.offsets, ms - tile.t0)
    if (i >= tile.offsets.length) continue
    const time = tile.t0 + (tile.offsets[i] as number)
    const before = i > 0 ? tile.t0 + (tile.offsets[i - 1] as number) : ms
    const value = tile.mean[i] as number
    if (time - Math.min(before, ms) > maxGapMs || Number.isNaN(value)) return undefined
    return { min: value, mean: value, max: value, raw: true, rowMs: 0 }
  }
  return undefined
}

function readRow(tile: Tile, offset: number): Reading | undefined {
  const after = lowerBound(tile.offsets, offset)
  const i = tile.offsets[after] === offset ? after : after - 1
  if (i < 0 || offset >= (tile.offsets[i] as number) + tile.rowMs) return undefined
  const mean = tile.mean[i] as number
  if (Number.isNaN(mean)) return undefined
  return { min: tile.min[i] as number, mean, max: tile.max[i] as number, raw: false, rowMs: tile.rowMs }
}

import type { LevelParameters } from "../level-parameters.js"
import { levelIntervals } from "../level-parameters.js"
import type { PointBlock } from "../point-block.js"
import { RunRows } from "../query/run-rows.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"
import type { NaivePoint } from "./naive-model.js"

/** How {@link memoryRun} keeps its points. */
export interface MemoryRunOptions {
  readonly sequence?: number
  /** Levels whose rows are stored; default none. */
  readonly levels?: readonly number[]
  /** False: only the rows are kept. */
  readonly hasPoints?: boolean
  /** Points of a block at most; default 8192. */
  readonly blockPoints?: number
}

/** A run in memory that counts what is read of it. */
export interface MemoryRun extends Run {
  /** Blocks of points and of rows handed out so far. */
  pointBlocksRead: number
  rowBlocksRead: number
}

/** A run of sorted points, one at least. */
export function memoryRun(
  points: readonly NaivePoint[],
  parameters: LevelParameters,
  { blockPoints = 8192, ...options }: MemoryRunOptions = {},
): MemoryRun {
  return blockRun(pointBlocks(points, blockPoints), parameters, options)
}

/** A run of blocks, which are kept. */
export function blockRun(
  blocks: readonly PointBlock[],
  parameters: LevelParameters,
  { sequence = 1, levels = [], hasPoints = true }: Omit<MemoryRunOptions, "blockPoints"> = {},
): MemoryRun {
  const intervals = levelIntervals(parameters)
  const rows = new RunRows(parameters, levels)
  for (const block of blocks) rows.add(block)
  rows.finish()
  const rowBlocks = new Map(levels.map((level) => [level, rows.take(level)]))
  const first = blocks[0]!
  const last = blocks.at(-1)!
  return {
    sequence,
    firstNs: timeOf(first, 0),
    lastNs: timeOf(last, last.offsets.length - 1),
    firstValue: first.values[0]!,
    lastValue: last.values.at(-1)!,
    points: blocks.reduce((sum, { offsets }) => sum + offsets.length, 0),
    hasPoints,
    levels,
    total: rows.total,
    pointBlocksRead: 0,
    rowBlocksRead: 0,
    async readPoints(beginNs, endNs) {
      const found = hasPoints ? blocks.filter((block) => overlaps(pointRange(block), beginNs, endNs)) : []
      this.pointBlocksRead += found.length
      return found
    },
    async readRows(level, beginNs, endNs) {
      const blocks = rowBlocks.get(level)
      if (!blocks) throw new Error(`no rows of level ${level} are stored`)
      const found = blocks.filter((block) => overlaps(rowRange(block, intervals[level]!), beginNs, endNs))
      this.rowBlocksRead += found.length
      return found
    },
  }
}

/** Sorted points as blocks of at most `blockPoints`. */
export function pointBlocks(points: readonly NaivePoint[], blockPoints = 8192): PointBlock[] {
  const blocks: PointBlock[] = []
  for (let from = 0; from < points.length; ) {
    const baseNs = points[from]!.ns
    let to = from
    while (to < points.length && to - from < blockPoints && points[to]!.ns - baseNs < 2n ** 53n) to++
    const part = points.slice(from, to)
    const offsets = Float64Array.from(part, ({ ns }) => Number(ns - baseNs))
    blocks.push({ baseNs, offsets, values: Float64Array.from(part, ({ value }) => value) })
    from = to
  }
  return blocks
}

function timeOf({ baseNs, offsets }: PointBlock, index: number): bigint {
  return baseNs + BigInt(offsets[index]!)
}

/** From the first to the last point. */
function pointRange(block: PointBlock): [bigint, bigint] {
  return [timeOf(block, 0), timeOf(block, block.offsets.length - 1)]
}

/** From the begin of the first row to the last nanosecond of the last. */
function rowRange({ rows }: RowBlock, intervalNs: bigint): [bigint, bigint] {
  return [BigInt(rows[0]!) * intervalNs, (BigInt(rows.at(-1)!) + 1n) * intervalNs - 1n]
}

function overlaps([firstNs, lastNs]: [bigint, bigint], beginNs: bigint, endNs: bigint): boolean {
  return firstNs < endNs && lastNs >= beginNs
}

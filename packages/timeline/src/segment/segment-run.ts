import { decodePointBlock } from "../codec/point-block-codec.js"
import { decodeRowBlock } from "../codec/row-block-codec.js"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { PointBlock } from "../point-block.js"
import type { RowBlock } from "../row-block.js"
import type { Run } from "../run.js"
import { BlockKind } from "./block-header.js"
import type { RowDirectory, RunEntry } from "./run-entry.js"
import type { ByteSource, Segment } from "./segment.js"

/** Neighbouring blocks are read together, up to so many bytes. */
const READ_BYTES = 1 << 20

/** A block of points with its bytes in the segment, header included. */
export interface EncodedBlock {
  readonly block: PointBlock
  readonly encoded: Uint8Array
}

/** A run of a segment, seen with the parameters that its metric has now. */
export class SegmentRun implements Run {
  readonly sequence: number
  readonly levels: readonly number[]
  readonly segment: Segment
  readonly index: number
  readonly entry: RunEntry
  readonly #source: ByteSource
  readonly #intervals: readonly bigint[]
  readonly #rows: readonly (RowDirectory & { readonly position: number })[]

  /** @param source where its blocks are read from, if not from the segment itself */
  constructor(
    segment: Segment,
    index: number,
    entry: RunEntry,
    parameters: LevelParameters,
    source: ByteSource = segment,
  ) {
    this.segment = segment
    this.#source = source
    this.index = index
    this.entry = entry
    this.sequence = segment.sequence
    this.#intervals = levelIntervals(parameters)
    let position = segment.runBegin(index) + sum(entry.pointBlocks.lengths)
    const rows: (RowDirectory & { position: number })[] = []
    for (const directory of entry.rowBlocks) {
      rows.push({ ...directory, position })
      position += sum(directory.lengths)
    }
    this.#rows = usableRows(rows, entry, parameters, this.#intervals)
    this.levels = this.#rows.map(({ level }) => level)
  }

  get firstNs() {
    return this.entry.firstNs
  }

  get lastNs() {
    return this.entry.lastNs
  }

  get firstValue() {
    return this.entry.firstValue
  }

  get lastValue() {
    return this.entry.lastValue
  }

  get points() {
    return this.entry.points
  }

  get hasPoints() {
    return this.entry.hasPoints
  }

  get total() {
    return this.entry.total
  }

  async readPoints(beginNs: bigint, endNs: bigint): Promise<PointBlock[]> {
    const { lengths, firstNs, lastNs } = this.entry.pointBlocks
    const from = firstIndex(lastNs, (ns) => ns >= beginNs)
    const to = firstIndex(firstNs, (ns) => ns >= endNs)
    const position = this.segment.runBegin(this.index)
    return this.#readBlocks(lengths, position, from, to, {
      get: (at) => this.segment.cache.get<PointBlock>(this.segment.number, at),
      decode: (payload, at) => {
        const block = decodePointBlock(payload)
        this.segment.cache.putPoints(this.segment.number, at, block)
        return block
      },
      kind: BlockKind.points,
      range: (i) => ({ firstNs: firstNs[i]!, lastNs: lastNs[i]! }),
    })
  }

  async readRows(level: number, beginNs: bigint, endNs: bigint): Promise<RowBlock[]> {
    const directory = this.#rows.find((rows) => rows.level === level)
    const intervalNs = this.#intervals[level]
    if (!directory || intervalNs === undefined) return []
    const { lengths, firstRow, lastRow, position } = directory
    const from = firstIndex(lastRow, (row) => (BigInt(row) + 1n) * intervalNs > beginNs)
    const to = firstIndex(firstRow, (row) => BigInt(row) * intervalNs >= endNs)
    return this.#readBlocks(lengths, position, from, to, {
      get: (at) => this.segment.cache.get<RowBlock>(this.segment.number, at),
      decode: (payload, at) => {
        const block = decodeRowBlock(payload)
        this.segment.cache.putRows(this.segment.number, at, block)
        return block
      },
      kind: BlockKind.rows,
      range: (i) => ({
        firstNs: BigInt(firstRow[i]!) * intervalNs,
        lastNs: (BigInt(lastRow[i]!) + 1n) * intervalNs - 1n,
      }),
    })
  }

  /** Blocks that hold all points with `beginNs` ≤ time < `endNs` one by one, with their bytes, past the cache. */
  async *encodedPoints(beginNs: bigint, endNs: bigint): AsyncGenerator<EncodedBlock> {
    const { lengths, firstNs, lastNs } = this.entry.pointBlocks
    const stop = firstIndex(firstNs, (ns) => ns >= endNs)
    let from = firstIndex(lastNs, (ns) => ns >= beginNs)
    let position = this.segment.runBegin(this.index) + sum(lengths.slice(0, from))
    while (from < stop) {
      const to = portion(lengths, from, stop)
      const bytes = await this.#source.read(position, sum(lengths.slice(from, to)))
      let at = 0
      for (let i = from; i < to; i++) {
        const range = { firstNs: firstNs[i]!, lastNs: lastNs[i]! }
        const block = this.#decode(bytes, at, position + at, BlockKind.points, range, decodePointBlock)
        yield { block, encoded: bytes.subarray(at, at + lengths[i]!) }
        at += lengths[i]!
      }
      position += at
      from = to
    }
  }

  /** Blocks from index `from` to before `to`, those that are not in the cache in few, large reads. */
  async #readBlocks<T>(
    lengths: readonly number[],
    begin: number,
    from: number,
    to: number,
    source: {
      get(position: number): T | undefined
      decode(payload: Uint8Array, position: number): T
      kind: BlockKind
      range(i: number): { firstNs: bigint; lastNs: bigint }
    },
  ): Promise<T[]> {
    const positions: number[] = []
    let position = begin
    for (let i = 0; i < to; i++) {
      if (i >= from) positions.push(position)
      position += lengths[i]!
    }
    const blocks = positions.map((at) => source.get(at))
    for (let i = from; i < to; ) {
      if (blocks[i - from]) {
        i++
        continue
      }
      const known = blocks.findIndex((block, k) => k > i - from && block)
      const end = portion(lengths, i, known < 0 ? to : from + known)
      const first = positions[i - from]!
      const bytes = await this.#source.read(first, sum(lengths.slice(i, end)))
      for (; i < end; i++) {
        const at = positions[i - from]!
        const { kind } = source
        blocks[i - from] = this.#decode(bytes, at - first, at, kind, source.range(i), (p) => source.decode(p, at))
      }
    }
    return blocks as T[]
  }

  #decode<T>(
    bytes: Uint8Array,
    at: number,
    position: number,
    kind: BlockKind,
    range: { firstNs: bigint; lastNs: bigint },
    decode: (payload: Uint8Array) => T,
  ): T {
    const payload = this.segment.payload(bytes, at, kind, this.segment.runs.metric[this.index]!)
    if (!payload) throw this.segment.damaged(this.index, position, range)
    try {
      return decode(payload)
    } catch (cause) {
      throw this.segment.damaged(this.index, position, range, cause)
    }
  }
}

/** Rows that are what they would be with the parameters the metric has now, under the level that they are of now. */
function usableRows<R extends RowDirectory>(
  rows: readonly R[],
  entry: RunEntry,
  now: LevelParameters,
  intervals: readonly bigint[],
): R[] {
  const { parameters } = entry
  if (entry.hasPoints && parameters.maxGapNs !== now.maxGapNs) return []
  if (hasSameLevels(parameters, now)) return rows.filter(({ level }) => level < intervals.length)
  const before = levelIntervals(parameters)
  return rows.flatMap((directory) => {
    const level = intervals.indexOf(before[directory.level] ?? -1n)
    return level < 0 ? [] : [{ ...directory, level }]
  })
}

function hasSameLevels(a: LevelParameters, b: LevelParameters): boolean {
  return a.intervalMinNs === b.intervalMinNs && a.intervalFactor === b.intervalFactor
}

/** Where a portion of blocks ends that are read at once: one at least. */
function portion(lengths: readonly number[], from: number, to: number): number {
  let end = from + 1
  for (let bytes = lengths[from]!; end < to && bytes + lengths[end]! <= READ_BYTES; end++) bytes += lengths[end]!
  return end
}

function sum(numbers: readonly number[]): number {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** Index of the first item of an ascending list for which `isBehind` holds; the length if it holds for none. */
function firstIndex<T>(items: readonly T[], isBehind: (item: T) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBehind(items[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

import type { LevelParameters } from "../level-parameters.js"
import { isOtherValue, type PointBlock } from "../point-block.js"
import { MemoryRun } from "./memory-run.js"

/** No piece has more points: so many are turned into rows in a fraction of a millisecond. */
export const PIECE_POINTS = 16_384

const FIRST_CAPACITY = 4

/** Up to so many values, copying one by one is faster than making a view. */
const FEW = 16

/** Of the objects around the columns. */
const OVERHEAD_BYTES = 600

/** A block has offsets below 2^53. Offsets of late points may be negative, so these have half of it to either side. */
export const REACH_NS = 2 ** 53
export const LATE_REACH_NS = 2 ** 52

/**
 * Points of a metric in memory, in the order in which they came. What has been added stays as it is, so that readers may keep views.
 */
export class HeadPiece {
  readonly baseHigh: number
  readonly baseLow: number
  length = 0
  offsets = new Float64Array(FIRST_CAPACITY)
  values = new Float64Array(FIRST_CAPACITY)
  /** Whether each point is later than the one before. */
  #isRising = true
  #run: MemoryRun | undefined
  #runParameters: LevelParameters | undefined
  #sorted: { readonly length: number; readonly block: PointBlock; readonly conflicts: number } | undefined

  /** @param high and `low` are the halves of the time to which offsets refer */
  constructor(high: number, low: number) {
    this.baseHigh = high
    this.baseLow = low
  }

  get baseNs(): bigint {
    return BigInt(this.baseHigh) * 2n ** 32n + BigInt(this.baseLow)
  }

  get bytes(): number {
    return OVERHEAD_BYTES + 16 * this.offsets.length
  }

  get isFull(): boolean {
    return this.length === PIECE_POINTS
  }

  /** Offset of the last point added; -Infinity if there is none. */
  get lastOffset(): number {
    return this.length === 0 ? Number.NEGATIVE_INFINITY : this.offsets[this.length - 1]!
  }

  /** Offset of a point that is given by its distance from another time; exact below 2^53. */
  offsetOf(high: number, low: number, distance: number): number {
    const carry = Math.floor(distance / 2 ** 32)
    return (high + carry - this.baseHigh) * 2 ** 32 + (low - this.baseLow + (distance - carry * 2 ** 32))
  }

  /** Make room for so many more points, or as many as a piece can hold; returns how many fit. */
  reserve(count: number): number {
    const wanted = Math.min(PIECE_POINTS, this.length + count)
    if (wanted > this.offsets.length) {
      const capacity = Math.min(PIECE_POINTS, Math.max(wanted, 2 * this.offsets.length))
      const { offsets, values } = this
      this.offsets = new Float64Array(capacity)
      this.values = new Float64Array(capacity)
      this.offsets.set(offsets)
      this.values.set(values)
    }
    return wanted - this.length
  }

  /** Add a point; there must be room. */
  push(offset: number, value: number): void {
    const at = this.length
    if (at > 0 && offset <= this.offsets[at - 1]!) this.#isRising = false
    this.offsets[at] = offset
    this.values[at] = value
    this.length = at + 1
  }

  /** Add `count` rising points that are later than all there are, with offsets that get `shift` added; there must be room. */
  appendRising(
    shift: number,
    offsets: Float64Array,
    values: Float64Array,
    offsetsAt: number,
    valuesAt: number,
    count: number,
  ): void {
    const { length } = this
    const to = this.offsets
    for (let i = 0; i < count; i++) to[length + i] = shift + offsets[offsetsAt + i]!
    if (count > FEW) this.values.set(values.subarray(valuesAt, valuesAt + count), length)
    else for (let i = 0; i < count; i++) this.values[length + i] = values[valuesAt + i]!
    this.length = length + count
  }

  /** Points that had the time, but not the value, of a later one of this piece. */
  get conflicts(): number {
    return this.#sort().conflicts
  }

  /** All points, sorted, each time once: that added last. */
  block(): PointBlock {
    return this.#sort().block
  }

  /** The points that it has now. */
  run(sequence: number, parameters: LevelParameters): MemoryRun {
    if (this.#run?.sequence === sequence && this.#run.added === this.length && this.#runParameters === parameters) {
      return this.#run
    }
    this.#runParameters = parameters
    this.#run = new MemoryRun(sequence, this.block(), parameters, this.isFull, this.length)
    return this.#run
  }

  #sort(): { readonly block: PointBlock; readonly conflicts: number } {
    if (this.#sorted?.length === this.length) return this.#sorted
    const { length } = this
    const sorted = this.#isRising
      ? { length, block: this.#view(), conflicts: 0 }
      : { length, ...sortPoints(this.baseNs, this.offsets.subarray(0, length), this.values) }
    this.#sorted = sorted
    return sorted
  }

  /** The first point of a piece lies on its base. */
  #view(): PointBlock {
    const { baseNs, length } = this
    return { baseNs, offsets: this.offsets.subarray(0, length), values: this.values.subarray(0, length) }
  }
}

/** Sort points by time; of those with the same time the last stays. */
function sortPoints(
  baseNs: bigint,
  offsets: Float64Array,
  values: Float64Array,
): { block: PointBlock; conflicts: number } {
  const order = Uint32Array.from(offsets, (_, i) => i)
  order.sort((a, b) => offsets[a]! - offsets[b]! || a - b)
  const sortedOffsets = new Float64Array(offsets.length)
  const sortedValues = new Float64Array(offsets.length)
  const first = offsets[order[0]!]!
  let length = 0
  let conflicts = 0
  for (const i of order) {
    const offset = offsets[i]! - first
    const value = values[i]!
    if (length > 0 && sortedOffsets[length - 1] === offset) {
      length--
      if (isOtherValue(sortedValues[length]!, value)) conflicts++
    }
    sortedOffsets[length] = offset
    sortedValues[length++] = value
  }
  const block = {
    baseNs: baseNs + BigInt(first),
    offsets: sortedOffsets.subarray(0, length),
    values: sortedValues.subarray(0, length),
  }
  return { block, conflicts }
}

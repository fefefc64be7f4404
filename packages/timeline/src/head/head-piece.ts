import type { LevelParameters } from "../level-parameters.js"
import { isOtherValue, type PointBlock } from "../point-block.js"
import { MemoryRun } from "./memory-run.js"

/** No piece has more points: so many are turned into rows in a fraction of a millisecond. */
export const PIECE_POINTS = 16_384

/** Up to so many points are kept in a plain array, which takes half the memory of two typed ones. */
const FEW_POINTS = 32

/** Up to so many values, copying one by one is faster than making a view. */
const FEW_VALUES = 16

/** Memory of a piece and what belongs to it, beside its points; of an array and each point in it; of two typed arrays. Measured. */
const OVERHEAD_BYTES = 130
const ARRAY_BYTES = 70
const BYTES_OF_FEW = 20
const COLUMNS_BYTES = 450

/** A block has offsets below this. */
export const REACH_NS = 2 ** 53
/** Offsets of late points may be negative, so these have half of it to either side. */
export const LATE_REACH_NS = 2 ** 52

const passingOffsets = new Float64Array(FEW_POINTS)
const passingValues = new Float64Array(FEW_POINTS)

/** What has been made of the points that a piece had at some time. */
interface Made {
  readonly length: number
  readonly block: PointBlock
  readonly conflicts: number
  run: MemoryRun | undefined
  parameters: LevelParameters | undefined
}

/**
 * Points of a metric in memory, in the order in which they came. What has been added stays as it is, so that readers may keep views.
 */
export class HeadPiece {
  readonly baseHigh: number
  readonly baseLow: number
  length = 0
  /** Offset and value of each point as long as there are few, columns then. */
  #few: number[] | undefined = []
  #offsets: Float64Array | undefined
  #values: Float64Array | undefined
  /** Whether each point is later than the one before. */
  #isRising = true
  #made: Made | undefined

  /** @param high and `low` are the halves of the time to which offsets refer, which is that of the first point */
  constructor(high: number, low: number) {
    this.baseHigh = high
    this.baseLow = low
  }

  get baseNs(): bigint {
    return BigInt(this.baseHigh) * 2n ** 32n + BigInt(this.baseLow)
  }

  /** Memory that it takes, more or less. */
  get bytes(): number {
    if (this.#few) return OVERHEAD_BYTES + ARRAY_BYTES + BYTES_OF_FEW * this.length
    return OVERHEAD_BYTES + COLUMNS_BYTES + 16 * this.#offsets!.length
  }

  get isFull(): boolean {
    return this.length === PIECE_POINTS
  }

  /** Offset of the last point added; -Infinity if there is none. */
  get lastOffset(): number {
    if (this.length === 0) return Number.NEGATIVE_INFINITY
    return this.#few ? this.#few[2 * this.length - 2]! : this.#offsets![this.length - 1]!
  }

  /** Value of the last point added; there must be one. */
  get lastValue(): number {
    return this.#few ? this.#few[2 * this.length - 1]! : this.#values![this.length - 1]!
  }

  /** Offset of a point that is given by its distance from another time; exact below 2^53. */
  offsetOf(high: number, low: number, distance: number): number {
    const carry = Math.floor(distance / 2 ** 32)
    return (high + carry - this.baseHigh) * 2 ** 32 + (low - this.baseLow + (distance - carry * 2 ** 32))
  }

  /** Add a point; the piece must not be full. */
  push(offset: number, value: number): void {
    if (this.length > 0 && offset <= this.lastOffset) this.#isRising = false
    if (this.#few && this.length < FEW_POINTS) this.#few.push(offset, value)
    else {
      this.#reserve(1)
      this.#offsets![this.length] = offset
      this.#values![this.length] = value
    }
    this.length++
  }

  /**
   * Add up to `count` rising points that are later than all there are, with offsets that get `shift` added; returns how many there was room
   * for.
   */
  pushRising(
    shift: number,
    offsets: Float64Array,
    values: Float64Array,
    offsetsAt: number,
    valuesAt: number,
    count: number,
  ): number {
    const taken = Math.min(count, PIECE_POINTS - this.length)
    if (this.#few && this.length + taken <= FEW_POINTS) {
      for (let i = 0; i < taken; i++) this.#few.push(shift + offsets[offsetsAt + i]!, values[valuesAt + i]!)
      this.length += taken
      return taken
    }
    this.#reserve(taken)
    const { length } = this
    const to = this.#offsets!
    for (let i = 0; i < taken; i++) to[length + i] = shift + offsets[offsetsAt + i]!
    if (taken > FEW_VALUES) this.#values!.set(values.subarray(valuesAt, valuesAt + taken), length)
    else for (let i = 0; i < taken; i++) this.#values![length + i] = values[valuesAt + i]!
    this.length = length + taken
    return taken
  }

  /** See `BackwardPoints`; the newest is the one added last. */
  visitBack(visit: (offset: number, value: number) => boolean): boolean {
    const few = this.#few
    for (let i = this.length - 1; i >= 0; i--) {
      const offset = few ? few[2 * i]! : this.#offsets![i]!
      const value = few ? few[2 * i + 1]! : this.#values![i]!
      if (!visit(offset, value)) return false
    }
    return true
  }

  /** Points that had the time, but not the value, of a later one of this piece. */
  get conflicts(): number {
    return this.#make().conflicts
  }

  /** All points, sorted, each time once: that added last. */
  block(): PointBlock {
    return this.#make().block
  }

  /** The same of a piece whose points came in order; valid until the next call of this method on any piece. */
  passingBlock(): PointBlock {
    const few = this.#few
    if (!few) return this.block()
    const { baseNs, length } = this
    for (let i = 0; i < length; i++) {
      passingOffsets[i] = few[2 * i]!
      passingValues[i] = few[2 * i + 1]!
    }
    return { baseNs, offsets: passingOffsets.subarray(0, length), values: passingValues.subarray(0, length) }
  }

  /** The points that it has now. */
  run(sequence: number, parameters: LevelParameters): MemoryRun {
    const made = this.#make()
    if (made.run?.sequence !== sequence || made.parameters !== parameters) {
      made.run = new MemoryRun(sequence, made.block, parameters, this.isFull)
      made.parameters = parameters
    }
    return made.run
  }

  #make(): Made {
    const { length } = this
    if (this.#made?.length === length) return this.#made
    const [offsets, values] = this.#columns()
    const made = this.#isRising
      ? { block: { baseNs: this.baseNs, offsets, values }, conflicts: 0 }
      : sortPoints(this.baseNs, offsets, values)
    this.#made = { length, ...made, run: undefined, parameters: undefined }
    return this.#made
  }

  #columns(): [Float64Array, Float64Array] {
    const { length } = this
    const few = this.#few
    if (!few) return [this.#offsets!.subarray(0, length), this.#values!.subarray(0, length)]
    const offsets = new Float64Array(length)
    const values = new Float64Array(length)
    for (let i = 0; i < length; i++) {
      offsets[i] = few[2 * i]!
      values[i] = few[2 * i + 1]!
    }
    return [offsets, values]
  }

  /** Have columns with room for so many more points. */
  #reserve(count: number): void {
    const wanted = this.length + count
    const capacity = this.#offsets?.length ?? 0
    if (wanted <= capacity) return
    const [offsets, values] = this.#columns()
    const grown = Math.min(PIECE_POINTS, Math.max(wanted, 2 * capacity, 4 * FEW_POINTS))
    this.#offsets = new Float64Array(grown)
    this.#values = new Float64Array(grown)
    this.#offsets.set(offsets)
    this.#values.set(values)
    this.#few = undefined
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

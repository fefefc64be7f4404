import type { PointBlock } from "../point-block.js"

const SPAN_NS = 2n ** 53n

/** Points to be written as one block, and what they are encoded if that is known already. */
export interface CutBlock {
  readonly block: PointBlock
  readonly encoded: Uint8Array | undefined
}

/** Cuts a stream of points into blocks of good size. Those that have one already pass as they are, as far as their neighbours allow it. */
export class BlockCutter {
  #baseNs = 0n
  #length = 0
  readonly #blockPoints: number
  readonly #offsets: Float64Array
  readonly #values: Float64Array

  /** @param blockPoints points of a block, more or less; one of half as many is good as it is */
  constructor(blockPoints: number) {
    this.#blockPoints = blockPoints
    this.#offsets = new Float64Array(2 * blockPoints)
    this.#values = new Float64Array(2 * blockPoints)
  }

  /** Take the next points, which are copied or handed on; returns the blocks that are complete. */
  add(block: PointBlock, encoded?: Uint8Array): CutBlock[] {
    const count = block.offsets.length
    if (encoded && 2 * count >= this.#blockPoints && count <= this.#blockPoints) return this.#pass(block, encoded)
    const blocks: CutBlock[] = []
    for (let from = 0; from < count; ) {
      if (this.#length === 0) this.#baseNs = block.baseNs + BigInt(block.offsets[from]!)
      const room = Math.min(count - from, this.#blockPoints - this.#length)
      const taken = this.#append(block, from, from + room)
      from += taken
      if (taken < room || this.#length === this.#blockPoints) blocks.push(this.#cut(0, this.#length))
    }
    return blocks
  }

  /** The block that is left, if there is one. */
  finish(): CutBlock[] {
    return this.#length === 0 ? [] : [this.#cut(0, this.#length)]
  }

  /** A block of good size: what waits before it becomes one of its own, or the two are halved if that would be too small. */
  #pass(block: PointBlock, encoded: Uint8Array): CutBlock[] {
    const waiting = this.#length
    if (waiting === 0) return [{ block, encoded }]
    const count = block.offsets.length
    if (2 * waiting >= this.#blockPoints || this.#append(block, 0, count) < count) {
      const before = this.#cut(0, waiting)
      return [before, { block, encoded }]
    }
    const half = this.#length >> 1
    const blocks = [this.#cut(0, half, false), this.#cut(half, this.#length)]
    return blocks
  }

  /** Append points from index `from` to before `to`, as far as they lie within reach of the first; returns how many. */
  #append({ baseNs, offsets, values }: PointBlock, from: number, to: number): number {
    const distanceNs = baseNs - this.#baseNs
    if (distanceNs >= SPAN_NS) return 0
    const distance = Number(distanceNs)
    let at = this.#length
    let i = from
    // The sum may be rounded, but not to below the limit.
    for (; i < to && distance + offsets[i]! < 2 ** 53; i++) {
      this.#offsets[at] = distance + offsets[i]!
      this.#values[at++] = values[i]!
    }
    this.#length = at
    return i - from
  }

  /** What waits from index `from` to before `to`, as a block; the rest is forgotten unless `keep`. */
  #cut(from: number, to: number, forget = true): CutBlock {
    const first = this.#offsets[from]!
    const offsets = this.#offsets.slice(from, to)
    if (first !== 0) for (let i = 0; i < offsets.length; i++) offsets[i]! -= first
    if (forget) this.#length = 0
    const block = { baseNs: this.#baseNs + BigInt(first), offsets, values: this.#values.slice(from, to) }
    return { block, encoded: undefined }
  }
}

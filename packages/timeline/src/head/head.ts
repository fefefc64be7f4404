import type { Words } from "../journal/words.js"
import type { LevelParameters } from "../level-parameters.js"
import { isOtherValue, type PointBlock } from "../point-block.js"
import type { Run } from "../run.js"
import { HeadPiece, LATE_REACH_NS, REACH_NS } from "./head-piece.js"

/** Memory of a head without its pieces. */
const OVERHEAD_BYTES = 60

/** Runs of one head differ in sequence by this, so that all lie between those of two heads. */
const SEQUENCE_STEP = 2 ** -20

/**
 * Points of one metric that are not yet in a segment.
 *
 * Those that come in order make up pieces one after the other. One that is not later than all before goes to the late pieces, which
 * overrule them and, in the order in which they were begun, each other: what is late was appended after what it is late for.
 */
export class Head {
  /** Pieces in order: those that are full, and the one that is open. There may be a hundred thousand heads, most with the last alone. */
  #full: HeadPiece[] | undefined
  #open: HeadPiece | undefined
  #late: HeadPiece[] | undefined
  #bytes = OVERHEAD_BYTES

  /** Memory that it takes. */
  get bytes(): number {
    return this.#bytes
  }

  /** Points added, repetitions included. */
  get points(): number {
    return this.#pieces().reduce((sum, piece) => sum + piece.length, 0)
  }

  /** Points that had the time, but not the value, of a later one of the same piece. */
  get conflicts(): number {
    return this.#late?.reduce((sum, piece) => sum + piece.conflicts, 0) ?? 0
  }

  get hasLate(): boolean {
    return this.#late !== undefined
  }

  /** Add points given as the journal's records have them; see `RecordReader`. */
  append(
    high: number,
    low: number,
    offsets: Float64Array,
    words: Words,
    valuesAt: number,
    count: number,
    rising: boolean,
  ): void {
    let i = 0
    if (rising && count > 1) i = this.#appendRising(high, low, offsets, words, valuesAt, count)
    for (; i < count; i++) this.#appendOne(high, low, offsets[i]!, words.f64[valuesAt + i]!)
  }

  /** The points as runs, which lie in order of writing between those of this sequence number and the next. */
  runs(sequence: number, parameters: LevelParameters): Run[] {
    const runs = this.#inOrder().map((piece) => piece.run(sequence, parameters))
    const late = this.#late?.map((piece, i) => piece.run(sequence + (i + 1) * SEQUENCE_STEP, parameters))
    return late ? runs.concat(late) : runs
  }

  /** The points that came in order, which are all if none is late: as blocks that are valid until the next. */
  *blocks(): Generator<PointBlock> {
    for (const piece of this.#inOrder()) yield piece.passingBlock()
  }

  /** The pieces of points that came in order, the newest first. */
  *newestFirst(): Generator<HeadPiece> {
    if (this.#open) yield this.#open
    for (let i = (this.#full?.length ?? 0) - 1; i >= 0; i--) yield this.#full![i]!
  }

  /** Times of the first and the last point; there must be one. */
  range(): { firstNs: bigint; lastNs: bigint } {
    const last = this.#open!
    let firstNs = (this.#full?.[0] ?? last).baseNs
    for (const piece of this.#late ?? []) {
      const { baseNs } = piece.block()
      if (baseNs < firstNs) firstNs = baseNs
    }
    return { firstNs, lastNs: last.baseNs + BigInt(last.lastOffset) }
  }

  #inOrder(): HeadPiece[] {
    const open = this.#open ? [this.#open] : []
    return this.#full ? this.#full.concat(open) : open
  }

  #pieces(): HeadPiece[] {
    return this.#late ? this.#inOrder().concat(this.#late) : this.#inOrder()
  }

  /** Take rising points as columns, as long as they come in order; returns how many it took. */
  #appendRising(
    high: number,
    low: number,
    offsets: Float64Array,
    words: Words,
    valuesAt: number,
    count: number,
  ): number {
    let i = 0
    while (i < count) {
      const piece = this.#openPiece(high, low, offsets[i]!)
      const shift = piece.offsetOf(high, low, 0)
      if (Math.abs(shift) >= LATE_REACH_NS || shift + offsets[i]! <= piece.lastOffset) return i
      if (shift + offsets[count - 1]! >= REACH_NS) return i
      const before = piece.bytes
      i += piece.pushRising(shift, offsets, words.f64, i, valuesAt + i, count - i)
      this.#bytes += piece.bytes - before
    }
    return i
  }

  #appendOne(high: number, low: number, distance: number, value: number): void {
    const piece = this.#openPiece(high, low, distance)
    const offset = piece.offsetOf(high, low, distance)
    if (offset > piece.lastOffset) this.#push(piece, offset, value)
    else if (offset < piece.lastOffset || this.#isChange(piece, value)) this.#appendLate(high, low, distance, value)
  }

  /** Whether a value for the time of the last point says something new; a late one may have overruled it. */
  #isChange(piece: HeadPiece, value: number): boolean {
    return this.hasLate || isOtherValue(piece.lastValue, value)
  }

  #appendLate(high: number, low: number, distance: number, value: number): void {
    this.#late ??= []
    let piece = this.#late[this.#late.length - 1]
    let offset = piece ? piece.offsetOf(high, low, distance) : 0
    if (!piece || piece.isFull || offset >= LATE_REACH_NS || offset < -LATE_REACH_NS) {
      piece = this.#begin(high, low, distance)
      this.#late.push(piece)
      offset = 0
    }
    this.#push(piece, offset, value)
  }

  #push(piece: HeadPiece, offset: number, value: number): void {
    const before = piece.bytes
    piece.push(offset, value)
    this.#bytes += piece.bytes - before
  }

  /** The last piece of those in order, or another if this point lies behind it and does not fit. */
  #openPiece(high: number, low: number, distance: number): HeadPiece {
    const piece = this.#open
    if (piece) {
      const offset = piece.offsetOf(high, low, distance)
      if (offset <= piece.lastOffset || (offset < REACH_NS && !piece.isFull)) return piece
      this.#full ??= []
      this.#full.push(piece)
    }
    this.#open = this.#begin(high, low, distance)
    return this.#open
  }

  /** Begin a piece on a point. */
  #begin(high: number, low: number, distance: number): HeadPiece {
    const carry = Math.floor(distance / 2 ** 32)
    const sum = low + (distance - carry * 2 ** 32)
    const over = sum >= 2 ** 32 ? 1 : 0
    const piece = new HeadPiece(high + carry + over, sum - over * 2 ** 32)
    this.#bytes += piece.bytes
    return piece
  }
}

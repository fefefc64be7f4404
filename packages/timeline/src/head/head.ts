import type { Words } from "../journal/words.js"
import type { LevelParameters } from "../level-parameters.js"
import { isOtherValue } from "../point-block.js"
import type { Run } from "../run.js"
import { HeadPiece, LATE_REACH_NS, REACH_NS } from "./head-piece.js"

/** Runs of one head differ in sequence by this, so that all lie between those of two heads. */
const SEQUENCE_STEP = 2 ** -20

/**
 * Points of one metric that are not yet in a segment.
 *
 * Those that come in order make up pieces one after the other. One that is not later than all before goes to the late pieces, which
 * overrule them and, in the order in which they were begun, each other: what is late was appended after what it is late for.
 */
export class Head {
  readonly #pieces: HeadPiece[] = []
  readonly #late: HeadPiece[] = []
  #bytes = 0

  /** Memory that it takes. */
  get bytes(): number {
    return this.#bytes
  }

  /** Points added, repetitions included. */
  get points(): number {
    const count = (pieces: HeadPiece[]) => pieces.reduce((sum, piece) => sum + piece.length, 0)
    return count(this.#pieces) + count(this.#late)
  }

  /** Points that had the time, but not the value, of a later one of the same piece. */
  get conflicts(): number {
    return this.#late.reduce((sum, piece) => sum + piece.conflicts, 0)
  }

  get hasLate(): boolean {
    return this.#late.length > 0
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
    if (rising) i = this.#appendRising(high, low, offsets, words, valuesAt, count)
    for (; i < count; i++) this.#appendOne(high, low, offsets[i]!, words.f64[valuesAt + i]!)
  }

  /** The points as runs that do not overlap those of another sequence number with the same whole part. */
  runs(sequence: number, parameters: LevelParameters): Run[] {
    const runs = this.#pieces.map((piece) => piece.run(sequence, parameters))
    const late = this.#late.map((piece, i) => piece.run(sequence + (i + 1) * SEQUENCE_STEP, parameters))
    return runs.concat(late)
  }

  /** Times of the first and the last point; there must be one. */
  range(): { firstNs: bigint; lastNs: bigint } {
    const last = this.#pieces[this.#pieces.length - 1]!
    let firstNs = this.#pieces[0]!.baseNs
    for (const piece of this.#late) {
      const { baseNs } = piece.block()
      if (baseNs < firstNs) firstNs = baseNs
    }
    return { firstNs, lastNs: last.baseNs + BigInt(last.lastOffset) }
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
      const before = piece.bytes
      const taken = piece.reserve(count - i)
      this.#bytes += piece.bytes - before
      if (shift + offsets[i + taken - 1]! >= REACH_NS) return i
      piece.appendRising(shift, offsets, words.f64, i, valuesAt + i, taken)
      i += taken
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
    return this.hasLate || isOtherValue(piece.values[piece.length - 1]!, value)
  }

  #appendLate(high: number, low: number, distance: number, value: number): void {
    let piece = this.#late[this.#late.length - 1]
    let offset = piece ? piece.offsetOf(high, low, distance) : 0
    if (!piece || piece.isFull || offset >= LATE_REACH_NS || offset < -LATE_REACH_NS) {
      piece = this.#begin(this.#late, high, low, distance)
      offset = 0
    }
    this.#push(piece, offset, value)
  }

  #push(piece: HeadPiece, offset: number, value: number): void {
    const before = piece.bytes
    piece.reserve(1)
    this.#bytes += piece.bytes - before
    piece.push(offset, value)
  }

  /** The last piece of those in order, or another if this point lies behind it and does not fit. */
  #openPiece(high: number, low: number, distance: number): HeadPiece {
    const piece = this.#pieces[this.#pieces.length - 1]
    if (!piece) return this.#begin(this.#pieces, high, low, distance)
    const offset = piece.offsetOf(high, low, distance)
    if (offset <= piece.lastOffset || (offset < REACH_NS && !piece.isFull)) return piece
    return this.#begin(this.#pieces, high, low, distance)
  }

  /** Begin a piece on a point. */
  #begin(pieces: HeadPiece[], high: number, low: number, distance: number): HeadPiece {
    const carry = Math.floor(distance / 2 ** 32)
    const sum = low + (distance - carry * 2 ** 32)
    const over = sum >= 2 ** 32 ? 1 : 0
    const piece = new HeadPiece(high + carry + over, sum - over * 2 ** 32)
    pieces.push(piece)
    this.#bytes += piece.bytes
    return piece
  }
}

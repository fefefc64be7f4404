/**
 * Numbers for the time of one call, in arrays that grow and are used again: the content is what the last call left.
 *
 * Each module has its own, and none of them calls itself, so that no two users meet.
 */
export class Scratch {
  #floats = new Float64Array(0)

  /** An array of at least `length`. */
  floats(length: number): Float64Array {
    if (this.#floats.length < length) this.#floats = new Float64Array(Math.max(length, 2 * this.#floats.length))
    return this.#floats
  }
}

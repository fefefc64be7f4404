/**
 * A queue in a ring, open at both ends, whose elements keep the number they were given, so that one in the middle can be
 * found and taken out. Grows as needed and shrinks when empty.
 */
export class Deque<T> {
  #ring: (T | undefined)[] = new Array(16).fill(undefined)
  #mask = 15
  #first = 0
  #end = 0

  /** Number of the first element still there; meaningless while `isEmpty`. */
  get first(): number {
    return this.#first
  }

  get isEmpty(): boolean {
    return this.#first === this.#end
  }

  /** Add at the end; returns its number, one more than that of the element before. */
  push(element: T): number {
    if (this.#end - this.#first > this.#mask) this.#grow()
    this.#ring[this.#end & this.#mask] = element
    return this.#end++
  }

  /** Add before the first element. */
  unshift(element: T): void {
    if (this.#end - this.#first > this.#mask) this.#grow()
    this.#first--
    this.#ring[this.#first & this.#mask] = element
  }

  peek(): T | undefined {
    return this.#ring[this.#first & this.#mask]
  }

  /** Take the first element. */
  shift(): T | undefined {
    return this.isEmpty ? undefined : this.take(this.#first)
  }

  /** Take the element with this number; undefined if it is not there, or not any more. */
  take(number: number): T | undefined {
    if (number < this.#first || number >= this.#end) return undefined
    const at = number & this.#mask
    const element = this.#ring[at]
    this.#ring[at] = undefined
    while (this.#first < this.#end && this.#ring[this.#first & this.#mask] === undefined) this.#first++
    if (this.isEmpty && this.#mask > 4095) this.#resize(16)
    return element
  }

  #grow(): void {
    this.#resize(2 * this.#ring.length)
  }

  #resize(size: number): void {
    const ring: (T | undefined)[] = new Array(size).fill(undefined)
    const mask = size - 1
    for (let i = this.#first; i < this.#end; i++) ring[i & mask] = this.#ring[i & this.#mask]
    this.#ring = ring
    this.#mask = mask
  }
}

const FIRST_CAPACITY = 16

/**
 * Entries that wait, in the order of their positions.
 *
 * New entries always have the highest position so far, and what comes back was taken from the front: so all that came back
 * stands before all that is new. The new ones are a ring, the returned ones a binary heap on top of it.
 */
export class ReadyList<Entry extends { readonly position: number }> {
  #ring: (Entry | undefined)[] = new Array(FIRST_CAPACITY)
  #first = 0
  #count = 0
  readonly #returned: Entry[] = []

  get length(): number {
    return this.#count + this.#returned.length
  }

  /** The entry that `shift` would take. */
  peek(): Entry | undefined {
    return this.#returned[0] ?? this.#ring[this.#first]
  }

  /** Adds an entry whose position is above all others ever added. */
  push(entry: Entry): void {
    if (this.#count === this.#ring.length) this.#resize(2 * this.#count)
    this.#ring[(this.#first + this.#count) & (this.#ring.length - 1)] = entry
    this.#count++
  }

  /** Takes the entry with the lowest position. */
  shift(): Entry | undefined {
    if (this.#returned.length > 0) return this.#shiftReturned()
    if (this.#count === 0) return undefined
    const entry = this.#ring[this.#first]
    this.#ring[this.#first] = undefined
    this.#first = (this.#first + 1) & (this.#ring.length - 1)
    this.#count--
    if (this.#count < this.#ring.length >>> 3 && this.#ring.length > 1024) this.#resize(this.#ring.length >>> 1)
    return entry
  }

  /** Puts back an entry that `shift` gave out: it returns to where it stood. */
  putBack(entry: Entry): void {
    const heap = this.#returned
    let index = heap.length
    while (index > 0) {
      const parent = (index - 1) >>> 1
      const above = heap[parent] as Entry
      if (above.position < entry.position) break
      heap[index] = above
      index = parent
    }
    heap[index] = entry
  }

  #shiftReturned(): Entry {
    const heap = this.#returned
    const top = heap[0] as Entry
    const moved = heap.pop() as Entry
    if (heap.length > 0) this.#sink(moved)
    return top
  }

  #sink(entry: Entry): void {
    const heap = this.#returned
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      const right = heap[child + 1]
      let lower = heap[child]
      if (lower === undefined) break
      if (right !== undefined && right.position < lower.position) {
        lower = right
        child++
      }
      if (entry.position < lower.position) break
      heap[index] = lower
      index = child
    }
    heap[index] = entry
  }

  #resize(capacity: number): void {
    const ring: (Entry | undefined)[] = new Array(capacity)
    for (let index = 0; index < this.#count; index++) {
      ring[index] = this.#ring[(this.#first + index) & (this.#ring.length - 1)]
    }
    this.#ring = ring
    this.#first = 0
  }
}

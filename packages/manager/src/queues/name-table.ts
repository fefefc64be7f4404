/**
 * Names as small numbers, each stored once however many queues are bound to it. A name stays as long as somebody uses it.
 */
export class NameTable {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []
  readonly #uses: number[] = []
  readonly #free: number[] = []

  /** Distinct names in use. */
  get size(): number {
    return this.#numbers.size
  }

  /** The number of a name, in use once more; to be given back by {@link release}. */
  take(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) {
      this.#uses[known]!++
      return known
    }
    const number = this.#free.pop() ?? this.#names.length
    this.#numbers.set(name, number)
    this.#names[number] = name
    this.#uses[number] = 1
    return number
  }

  release(number: number): void {
    if (--this.#uses[number]! > 0) return
    this.#numbers.delete(this.#names[number]!)
    this.#names[number] = ""
    this.#free.push(number)
  }

  /** The number of a name in use, or `undefined`. */
  find(name: string): number | undefined {
    return this.#numbers.get(name)
  }

  /** The name of a number in use. */
  name(number: number): string {
    return this.#names[number]!
  }
}

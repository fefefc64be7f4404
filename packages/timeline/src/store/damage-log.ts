/** So much is remembered of what is damaged. */
const KEPT = 1000

/** What has been found damaged since the store was opened, in words, each once. */
export class DamageLog {
  readonly #found = new Set<string>()

  add(text: string): void {
    if (this.#found.size < KEPT) this.#found.add(text)
  }

  /** In the order in which it was found; the first thousand. */
  list(): string[] {
    return [...this.#found]
  }
}

import type { ImportSkip } from "./import-control.js"

/** So many reasons are told apart; a file of nothing but faults has no end of them. */
const MOST_REASONS = 1000

/** Counts what an import leaves out, by reason. */
export class Skips {
  readonly #skips = new Map<string, { count: number; first: string }>()

  /** Every reason, in the order of its first case. */
  get entries(): ImportSkip[] {
    return [...this.#skips].map(([reason, { count, first }]) => ({ reason, count, first }))
  }

  /** Count cases of a reason; `first` is where the first of them is. */
  add(reason: string, first: string, count = 1): void {
    const known = this.#skips.get(reason)
    if (known) known.count += count
    else if (this.#skips.size < MOST_REASONS) this.#skips.set(reason, { count, first })
    else this.add("others", first, count)
  }
}

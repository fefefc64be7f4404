import type { TargetState } from "./target-state.js"

/** How a target is that several jobs may ask: up only if it is up for all of them. */
export class TargetSummary {
  readonly name: string
  isUp: boolean | undefined
  errors = 0
  durationS: number | undefined
  /** The oldest of the jobs' last successes. */
  lastSuccessMs: number | undefined
  failingSinceMs: number | undefined
  lastError: string | undefined

  private constructor(name: string) {
    this.name = name
  }

  /** One for each name, in the order in which they come first. */
  static of(states: Iterable<TargetState>): Iterable<TargetSummary> {
    const summaries = new Map<string, TargetSummary>()
    for (const state of states) {
      const summary = summaries.get(state.name) ?? new TargetSummary(state.name)
      summaries.set(state.name, summary)
      summary.#add(state)
    }
    return summaries.values()
  }

  #add({ isUp, errors, durationS, lastSuccessMs, failingSinceMs, lastError }: TargetState): void {
    if (isUp !== undefined) this.isUp = (this.isUp ?? true) && isUp
    this.errors += errors
    this.durationS = most(this.durationS, durationS, Math.max)
    this.lastSuccessMs = most(this.lastSuccessMs, lastSuccessMs, Math.min)
    this.failingSinceMs = most(this.failingSinceMs, failingSinceMs, Math.min)
    if (failingSinceMs !== undefined) this.lastError ??= lastError
  }
}

function most(
  a: number | undefined,
  b: number | undefined,
  choose: (a: number, b: number) => number,
): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return choose(a, b)
}

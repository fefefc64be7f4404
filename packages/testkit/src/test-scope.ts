/** What a test gives us to clean up after it: vitest's context (`onTestFinished`) or node:test's (`after`). */
export type TestScope =
  | { onTestFinished(cleanup: () => unknown, timeoutMs?: number): void }
  | { after(cleanup: () => unknown): void }

const CLEANUP_TIMEOUT_MS = 30_000

/** Has `cleanup` run when the test of `t` has ended, in whatever way; cleanups run in reverse order. */
export function onTestEnd(t: TestScope, cleanup: () => unknown): void {
  if ("onTestFinished" in t) t.onTestFinished(cleanup, CLEANUP_TIMEOUT_MS)
  else t.after(cleanup)
}

/**
 * A scope of your own, where no test gives one: in `beforeAll`, in a benchmark, in a script.
 *
 * `close()` runs the cleanups in reverse order, each once, and throws the first error when all have run.
 */
export class Scope {
  #cleanups: (() => unknown)[] = []

  /** Registers a cleanup. */
  onTestFinished(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup)
  }

  /** Runs every cleanup that has not run yet, the last registered first. */
  async close(): Promise<void> {
    const errors: unknown[] = []
    for (let cleanup = this.#cleanups.pop(); cleanup !== undefined; cleanup = this.#cleanups.pop()) {
      try {
        await cleanup()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}

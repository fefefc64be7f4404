import { setTimeout as delay } from "node:timers/promises"
import type { FailureLog } from "@metricq/client"
import type { TargetState } from "../polling/target-state.js"

/** Pause before the second try; each further one is twice as long, up to the last. */
const FIRST_PAUSE_MS = 500
const LAST_PAUSE_MS = 60_000
/** What held so long has worked: the pauses begin anew. */
const STABLE_MS = 10_000

/** What is kept open. */
export interface KeptOpen {
  readonly state: TargetState
  readonly failures: FailureLog
  /** From the first try on until it aborts. */
  readonly signal: AbortSignal
  /** Opens, calls `opened`, and settles when it is closed: resolves after the signal aborted, rejects with the reason otherwise. */
  session(signal: AbortSignal, opened: () => void): Promise<void>
}

/**
 * Keeps something open: opens it again after it failed, with pauses from half a second to a minute and a random part in them, so
 * that many do not come back at once. The state tells since when it is open, or why it is not. Never rejects.
 */
export async function keepOpen({ state, failures, signal, session }: KeptOpen): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    const begunMs = performance.now()
    let openedMs: number | undefined
    try {
      await session(signal, () => {
        openedMs = performance.now()
        state.succeeded(Date.now(), (openedMs - begunMs) / 1000)
      })
    } catch (error) {
      if (signal.aborted) return
      state.failed(Date.now(), undefined, error)
      failures.add(state.name, error)
    }
    if (openedMs !== undefined && performance.now() - openedMs >= STABLE_MS) pauseMs = FIRST_PAUSE_MS
    await delay(pauseMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
    pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)
  }
}

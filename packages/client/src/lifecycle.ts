import { Deferred, within } from "./deferred.js"
import { AgentStopped } from "./errors.js"
import { messageOf } from "./logger.js"

/** The end of an agent: begun once, by whoever comes first, and bounded in time. */
export class Lifecycle {
  readonly #stopped = new Deferred<void>()
  readonly #control = new AbortController()
  #ending: Promise<void> | undefined
  #failed = false

  /** Aborts as soon as the agent begins to stop; its reason says why. */
  get stopping(): AbortSignal {
    return this.#control.signal
  }

  /** It is stopped as asked, and not by an error. */
  get endsWell(): boolean {
    return this.stopping.aborted && !this.#failed
  }

  /** Resolves once the agent has stopped; rejects with {@link AgentStopped} if an error stopped it. */
  get stopped(): Promise<void> {
    return this.#stopped.promise
  }

  /**
   * Stop, once; further calls wait for the first. Resolves, and never rejects, when `tearDown` is done or `limitMs` are over.
   *
   * `reason` is what stops it, if not the wish of the user; `signal.reason` where a signal was received.
   */
  stop(tearDown: () => Promise<void>, limitMs: number, error?: unknown, reason?: AgentStopped): Promise<void> {
    this.#ending ??= this.#end(tearDown, limitMs, error, reason)
    return this.#ending
  }

  async #end(
    tearDown: () => Promise<void>,
    limitMs: number,
    error: unknown,
    reason: AgentStopped | undefined,
  ): Promise<void> {
    const failure = error === undefined ? undefined : asAgentStopped(error)
    this.#failed = failure !== undefined
    this.#control.abort(failure ?? reason ?? new AgentStopped("the agent was stopped"))
    let trouble: AgentStopped | undefined
    try {
      await within(limitMs, tearDown())
    } catch (tearDownError) {
      trouble = asAgentStopped(tearDownError)
    }
    const outcome = failure ?? trouble
    if (outcome === undefined) this.#stopped.resolve()
    else this.#stopped.reject(outcome)
  }
}

function asAgentStopped(error: unknown): AgentStopped {
  if (error instanceof AgentStopped) return error
  return new AgentStopped(`the agent was stopped by an error: ${messageOf(error)}`, { cause: error })
}

/** A terminal's Ctrl-C reaches a program under npm or npx twice: from the terminal, and passed on by npm. */
const sameKeystrokeMs = 500

/**
 * Call `onSignal` at the first of these signals; at the second, half a second later at the earliest, restore what the
 * process did without us and raise it again. The returned function ends that.
 */
export function catchSignals(
  signals: readonly NodeJS.Signals[],
  onSignal: (signal: NodeJS.Signals) => void,
): () => void {
  let caughtAt: number | undefined
  const listener = (signal: NodeJS.Signals) => {
    if (caughtAt !== undefined) {
      if (performance.now() - caughtAt < sameKeystrokeMs) return
      release()
      process.kill(process.pid, signal)
      return
    }
    caughtAt = performance.now()
    onSignal(signal)
  }
  const release = () => {
    for (const signal of signals) process.off(signal, listener)
  }
  for (const signal of signals) process.on(signal, listener)
  return release
}

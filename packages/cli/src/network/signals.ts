import { setMaxListeners } from "node:events"
import { exitCodeOf, Interrupted } from "../errors.js"

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** A terminal's Ctrl-C reaches a command under npm or npx twice: from the terminal, and passed on by npm. */
const SAME_KEYSTROKE_MS = 500

/**
 * Run `work` until it is done or a signal asks to stop.
 *
 * The first SIGINT, SIGTERM or SIGHUP aborts the signal handed to `work`, with an {@link Interrupted} as its reason; `work` then
 * has to end by itself. A second one, half a second later at the earliest, ends the process at once.
 */
export async function withSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  // Any number of requests under way listen to it.
  setMaxListeners(0, controller.signal)
  let firstAt = Number.NEGATIVE_INFINITY
  const onSignal = (name: NodeJS.Signals): void => {
    if (performance.now() - firstAt < SAME_KEYSTROKE_MS) return
    const reason = new Interrupted(name)
    if (controller.signal.aborted) process.exit(exitCodeOf(reason))
    firstAt = performance.now()
    controller.abort(reason)
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  try {
    return await work(controller.signal)
  } finally {
    for (const name of SIGNALS) process.removeListener(name, onSignal)
  }
}

/** `work`, or the signal's reason as soon as it is aborted; the work goes on unobserved then. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let onAbort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener("abort", onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener("abort", onAbort)
  }
}

/** Resolves when `signal` is aborted, at once if it is already. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener("abort", () => resolve(), { once: true })
  })
}

/** Resolves after `ms`, or as soon as `signal` is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener("abort", done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    if (signal.aborted) done()
    else signal.addEventListener("abort", done)
  })
}

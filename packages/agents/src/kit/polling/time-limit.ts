import { TimeoutError } from "@metricq/client"

/** How long work that was told to end may still take before it is left to itself. */
const GRACE_MS = 1000

/**
 * Runs work that must end within `timeoutMs`: its signal aborts then, and a second later it is left alone.
 *
 * @throws {TimeoutError}; the signal's reason after `signal`; what the work throws
 */
export async function withinTime<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  onEnd: () => void = () => {},
): Promise<T> {
  const limit = new AbortController()
  const abort = () => limit.abort(signal.reason)
  signal.addEventListener("abort", abort, { once: true })
  if (signal.aborted) abort()
  const timer = setTimeout(() => {
    limit.abort(new TimeoutError(`no answer within ${printSeconds(timeoutMs)}`))
  }, timeoutMs)
  try {
    const working = work(limit.signal).finally(onEnd)
    working.catch(() => undefined)
    return await Promise.race([working, graceAfter(limit.signal)])
  } catch (error) {
    // Libraries wrap the abort in errors of their own.
    throw limit.signal.aborted ? limit.signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener("abort", abort)
  }
}

function graceAfter(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => setTimeout(() => reject(signal.reason), GRACE_MS).unref(), { once: true })
  })
}

function printSeconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(3))} s`
}

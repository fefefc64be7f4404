import { TimeoutError } from "@metricq/client"

/**
 * A signal that aborts with `signal`, or with a {@link TimeoutError} after `ms`.
 *
 * In place of `AbortSignal.timeout` within `AbortSignal.any`, whose timer Node 20 forgets as soon as nothing else refers to it.
 */
export function limitedSignal(signal: AbortSignal, ms: number): AbortSignal {
  const limit = new AbortController()
  const follow = () => limit.abort(signal.reason)
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", follow)
    limit.abort(new TimeoutError(`no answer within ${ms / 1000} s`))
  }, ms).unref()
  limit.signal.addEventListener("abort", () => clearTimeout(timer), { once: true })
  if (signal.aborted) follow()
  else signal.addEventListener("abort", follow, { once: true })
  return limit.signal
}

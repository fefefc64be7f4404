/** A client that is given a configuration declares its metrics at once; noted is when it has answered. */
const LATEST_MS = 60_000

/**
 * Whether a client has been given a configuration since it declared a metric last, and has not declared it with that: then it measures it no
 * more. False where a time is not known.
 */
export function isOutdated(declared: unknown, sent: string | undefined): boolean {
  if (typeof declared !== "string" || sent === undefined) return false
  return Date.parse(declared) + LATEST_MS < Date.parse(sent)
}

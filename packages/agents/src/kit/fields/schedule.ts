import { durationOrZero, milliseconds } from "./duration.js"

/** When rounds take place: at multiples of `intervalMs` since the epoch, `offsetMs` later, and up to `jitterMs` more, a random part of it each round. */
export interface Schedule {
  readonly intervalMs: number
  readonly offsetMs: number
  readonly jitterMs: number
}

/** Keys that every polling source has at the top of its configuration. */
export const scheduleKeys = {
  offset: durationOrZero
    .optional()
    .describe("rounds take place so long after the multiples of the interval; default 0"),
  jitter: durationOrZero.optional().describe("rounds are put off by a random time up to this; default 0"),
}

/** The schedule of an interval with the keys of {@link scheduleKeys}. */
export function scheduleOf(
  interval: number | string,
  { offset = 0, jitter = 0 }: { offset?: number | string | undefined; jitter?: number | string | undefined } = {},
): Schedule {
  const intervalMs = milliseconds(interval)
  return { intervalMs, offsetMs: milliseconds(offset), jitterMs: Math.min(milliseconds(jitter), intervalMs) }
}

import { Timedelta } from "@metricq/client"
import { z } from "zod"

/** At most so long: what is longer is a mistake of unit. */
const MAX_S = 366 * 86_400

/**
 * A duration in a configuration: seconds as a number, or a text such as `"5s"`, `"200 ms"`, `"1min"`. It must be above zero and
 * at most a year. {@link milliseconds} reads it.
 */
export const duration = z
  .union([z.number(), z.string()])
  .refine(isDuration, { error: 'a duration above zero: seconds, or a text such as "5s" or "200ms"' })

/** As {@link duration}; zero is allowed. */
export const durationOrZero = z
  .union([z.number(), z.string()])
  .refine((value) => isDuration(value) || isZero(value), { error: 'a duration: seconds, or a text such as "5s"' })

/** Milliseconds of a checked duration, with fractions. */
export function milliseconds(value: number | string): number {
  return Number(Timedelta.from(value).ns) / 1e6
}

function isDuration(value: number | string): boolean {
  const ns = nanoseconds(value)
  return ns !== undefined && ns > 0n && ns <= BigInt(MAX_S) * 1_000_000_000n
}

function isZero(value: number | string): boolean {
  return nanoseconds(value) === 0n
}

function nanoseconds(value: number | string): bigint | undefined {
  try {
    return Timedelta.from(value).ns
  } catch {
    return undefined
  }
}

import { DataError } from "./errors.js"

/** Word index of the low half of a 64-bit element seen through an `Int32Array`; the high half is at `1 - lowWord`. */
export const lowWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1
export const highWord = 1 - lowWord

/**
 * Nanoseconds that fit the wire, or an error.
 *
 * @throws {DataError} `time-range` if `ns` is no bigint or not within int64 (years 1677 to 2262 for a time, ±292 years for a duration)
 */
export function checkInt64(ns: bigint, what: string): bigint {
  if (typeof ns !== "bigint") {
    throw new DataError("time-range", `${what} must be a bigint of nanoseconds, not ${typeof ns} ${String(ns)}`)
  }
  if (BigInt.asIntN(64, ns) !== ns) {
    throw new DataError(
      "time-range",
      `${what} of ${ns} ns is beyond 64 bits: 292 years, or for a time the years 1677 to 2262`,
    )
  }
  return ns
}

/** Quotient rounded towards minus infinity; `divisor` must not be zero. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  return dividend % divisor !== 0n && dividend < 0n !== divisor < 0n ? quotient - 1n : quotient
}

/** Remainder of {@link floorDivide}: it has the sign of the divisor. */
export function floorModulo(dividend: bigint, divisor: bigint): bigint {
  const remainder = dividend % divisor
  return remainder !== 0n && remainder < 0n !== divisor < 0n ? remainder + divisor : remainder
}

/** Quotient rounded to the nearest integer, halves away from zero; `divisor` must not be zero. */
export function roundDivide(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n
  const n = dividend < 0n ? -dividend : dividend
  const d = divisor < 0n ? -divisor : divisor
  const quotient = (2n * n + d) / (2n * d)
  return negative ? -quotient : quotient
}

import { type Decimal, decimalOf } from "./decimal.js"
import { parseDuration, printPrecise, printSeconds } from "./duration-text.js"
import { DataError } from "./errors.js"
import { checkInt64, floorDivide, floorModulo, roundDivide } from "./int64.js"

/** A duration as options and methods accept it: seconds, a text such as `"5min"`, or a {@link Timedelta}. */
export type DurationLike = number | string | Timedelta

/** A signed duration in whole nanoseconds within int64. Immutable. */
export class Timedelta {
  /** Nanoseconds. */
  readonly ns: bigint

  /** @throws {DataError} `time-range` if `ns` is no bigint within int64 */
  constructor(ns: bigint) {
    this.ns = checkInt64(ns, "duration")
  }

  /** A duration of whole nanoseconds; throws like the constructor. */
  static fromNs(ns: bigint): Timedelta {
    return new Timedelta(ns)
  }

  /** Microseconds, rounded to the nanosecond; `DataError` for NaN, infinities and what int64 cannot hold. */
  static fromUs(us: number): Timedelta {
    return new Timedelta(scaled(decimalOf(us, "duration"), 1_000n))
  }

  /** Milliseconds, rounded to the nanosecond; `DataError` for NaN, infinities and what int64 cannot hold. */
  static fromMs(ms: number): Timedelta {
    return new Timedelta(scaled(decimalOf(ms, "duration"), 1_000_000n))
  }

  /** Seconds, rounded to the nanosecond; `DataError` for NaN, infinities and what int64 cannot hold. */
  static fromSeconds(seconds: number): Timedelta {
    return new Timedelta(scaled(decimalOf(seconds, "duration"), 1_000_000_000n))
  }

  /**
   * Read a number with an optional unit: `1`, `-1.5s`, `1,5 s`, `5 min`, `2 days`.
   *
   * Units are `ns`, `us` or `μs`, `ms`, `s` (also if there is none), `min`, `h`, `d` and their English names, in lower case. Exact; digits
   * below a nanosecond are cut off. Blanks around are ignored.
   *
   * @throws {DataError} `duration-text` if `text` is none of these, `time-range` beyond int64
   */
  static parse(text: string): Timedelta {
    return new Timedelta(parseDuration(text))
  }

  /** The original's name for {@link Timedelta.parse}. */
  static fromString(text: string): Timedelta {
    return Timedelta.parse(text)
  }

  /** Whatever stands for a duration, as a duration; throws as {@link Timedelta.fromSeconds} and {@link Timedelta.parse} do. */
  static from(value: DurationLike): Timedelta {
    if (value instanceof Timedelta) return value
    return typeof value === "string" ? Timedelta.parse(value) : Timedelta.fromSeconds(value)
  }

  /** Microseconds as the nearest double. */
  get us(): number {
    return toUnit(this.ns, 1_000n)
  }

  /** Milliseconds as the nearest double. */
  get ms(): number {
    return toUnit(this.ns, 1_000_000n)
  }

  /** Seconds as the nearest double. */
  get s(): number {
    return toUnit(this.ns, 1_000_000_000n)
  }

  /** Exact text in the largest unit that divides the duration: `90s`, `-1500ns`, `0d`. {@link Timedelta.parse} gives the same value back. */
  get preciseString(): string {
    return printPrecise(this.ns)
  }

  /** Exact seconds: `86400.0s`, `-0.5s`. */
  toString(): string {
    return printSeconds(this.ns)
  }

  /** {@link Timedelta.preciseString}, so that `JSON.stringify` works. */
  toJSON(): string {
    return this.preciseString
  }

  /** Sum; `DataError` beyond int64. */
  plus(other: DurationLike): Timedelta {
    return new Timedelta(this.ns + Timedelta.from(other).ns)
  }

  /** Difference; `DataError` beyond int64. */
  minus(other: DurationLike): Timedelta {
    return new Timedelta(this.ns - Timedelta.from(other).ns)
  }

  /** Product, rounded to the nanosecond; `DataError` for NaN, infinities and beyond int64. */
  times(factor: number): Timedelta {
    return new Timedelta(scaled(decimalOf(factor, "factor"), this.ns))
  }

  /** By a number: duration rounded to the nanosecond. By a duration: their ratio as a double. `DataError` `division-by-zero`. */
  dividedBy(divisor: number): Timedelta
  dividedBy(divisor: Timedelta): number
  dividedBy(divisor: number | Timedelta): Timedelta | number {
    if (divisor instanceof Timedelta) return toUnit(this.ns, nonZero(divisor.ns))
    const { digits, places } = decimalOf(divisor, "divisor")
    return new Timedelta(roundDivide(this.ns * 10n ** BigInt(places), nonZero(digits)))
  }

  /** Division rounded towards minus infinity; by a duration: how many times it fits, a whole number. `DataError` `division-by-zero`. */
  floorDividedBy(divisor: number): Timedelta
  floorDividedBy(divisor: Timedelta): bigint
  floorDividedBy(divisor: number | Timedelta): Timedelta | bigint {
    if (divisor instanceof Timedelta) return floorDivide(this.ns, nonZero(divisor.ns))
    const { digits, places } = decimalOf(divisor, "divisor")
    return new Timedelta(floorDivide(this.ns * 10n ** BigInt(places), nonZero(digits)))
  }

  /** What is left after {@link Timedelta.floorDividedBy}; has the sign of `divisor`. `DataError` `division-by-zero`. */
  mod(divisor: DurationLike): Timedelta {
    return new Timedelta(floorModulo(this.ns, nonZero(Timedelta.from(divisor).ns)))
  }

  /** The same duration backwards; `DataError` for the least int64, which has no opposite. */
  negated(): Timedelta {
    return new Timedelta(-this.ns)
  }

  /** Order, as `Array.prototype.sort` wants it. */
  compare(other: Timedelta): -1 | 0 | 1 {
    return this.ns < other.ns ? -1 : this.ns > other.ns ? 1 : 0
  }

  equals(other: Timedelta): boolean {
    return this.ns === other.ns
  }
}

function scaled({ digits, places }: Decimal, factor: bigint): bigint {
  return roundDivide(digits * factor, 10n ** BigInt(places))
}

/** Nearest double of a ratio: whole part and rest apart, as the nanoseconds of a date do not fit a double. */
function toUnit(ns: bigint, unit: bigint): number {
  return Number(ns / unit) + Number(ns % unit) / Number(unit)
}

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw new DataError("division-by-zero", "division of a duration by zero")
  return divisor
}

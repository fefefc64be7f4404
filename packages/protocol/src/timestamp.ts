import { systemClock } from "./clock.js"
import { decimalOf, parseDecimal } from "./decimal.js"
import { DataError, quoted } from "./errors.js"
import { checkInt64, floorDivide, floorModulo, roundDivide } from "./int64.js"
import { parseIso, printIso, printLocal } from "./iso8601.js"
import { type DurationLike, Timedelta } from "./timedelta.js"

const NS_PER_SECOND = 1_000_000_000n

/** A point in time: whole nanoseconds since 1970-01-01 UTC within int64 (years 1677 to 2262), no leap seconds. Immutable. */
export class Timestamp {
  /** Nanoseconds since 1970-01-01 UTC. */
  readonly posixNs: bigint

  /** @throws {DataError} `time-range` if `posixNs` is no bigint within int64 */
  constructor(posixNs: bigint) {
    this.posixNs = checkInt64(posixNs, "timestamp")
  }

  /**
   * Now, by the system clock, but as fine as the monotonic clock of the platform.
   *
   * Increases strictly as a rule; when the system clock is set, back or forth, it follows within the next call.
   */
  static now(): Timestamp {
    return new Timestamp(systemClock().nowNs())
  }

  /** From whole nanoseconds; throws like the constructor. */
  static fromNs(posixNs: bigint): Timestamp {
    return new Timestamp(posixNs)
  }

  /** From seconds since the epoch, the decimal number they print as, rounded to the nanosecond; `DataError` if not finite or too large. */
  static fromPosixSeconds(seconds: number): Timestamp {
    const { digits, places } = decimalOf(seconds, "timestamp")
    return new Timestamp(roundDivide(digits * NS_PER_SECOND, 10n ** BigInt(places)))
  }

  /** From a `Date`; `DataError` `number` if it is invalid. */
  static fromDate(date: Date): Timestamp {
    const ms = date.getTime()
    if (Number.isNaN(ms)) throw new DataError("number", "an invalid Date is no timestamp")
    return new Timestamp(BigInt(ms) * 1_000_000n)
  }

  /**
   * From ISO 8601 with a zone: calendar (`2026-11-23`), week (`2026-W48-1`) or ordinal (`2026-327`) dates with a time, basic or extended.
   *
   * Up to nine digits of a second count, more are cut off; `24:00` is the next midnight.
   *
   * @throws {DataError} `timestamp-text` for anything else, in particular if the zone is missing
   */
  static fromIso(text: string): Timestamp {
    return new Timestamp(parseIso(text))
  }

  /** The original's name for {@link Timestamp.fromIso}. */
  static fromIso8601(text: string): Timestamp {
    return Timestamp.fromIso(text)
  }

  /**
   * A time as typed on a command line: ISO 8601, POSIX seconds (`1700000000.5`), `now`, `epoch`, or `-` and a duration (`-5min`: five
   * minutes before `now`). Blanks around are ignored.
   *
   * @throws {DataError} `timestamp-text` or `duration-text`
   */
  static parse(text: string, now: Timestamp = Timestamp.now()): Timestamp {
    const trimmed = text.trim()
    if (trimmed === "now") return now
    if (trimmed === "epoch") return new Timestamp(0n)
    if (trimmed.startsWith("-")) return now.minus(pastDuration(trimmed))
    const decimal = trimmed.includes(",") ? undefined : parseDecimal(trimmed)
    if (decimal) return new Timestamp((decimal.digits * NS_PER_SECOND) / 10n ** BigInt(decimal.places))
    return Timestamp.fromIso(trimmed)
  }

  /** So long before now. */
  static ago(duration: DurationLike): Timestamp {
    return Timestamp.now().minus(Timedelta.from(duration))
  }

  /** So long after now. */
  static fromNow(duration: DurationLike): Timestamp {
    return Timestamp.now().plus(duration)
  }

  /** Microseconds since the epoch as a double: to about a quarter of a microsecond for today. */
  get posixUs(): number {
    return this.#in(1_000n)
  }

  /** Milliseconds since the epoch as a double. */
  get posixMs(): number {
    return this.#in(1_000_000n)
  }

  /** Seconds since the epoch as a double: to about 240 ns for today. */
  get posix(): number {
    return this.#in(NS_PER_SECOND)
  }

  #in(unit: bigint): number {
    return Number(this.posixNs / unit) + Number(this.posixNs % unit) / Number(unit)
  }

  /** As a `Date`, which has milliseconds: the rest is cut off downwards. */
  toDate(): Date {
    return new Date(Number(floorDivide(this.posixNs, 1_000_000n)))
  }

  /** ISO 8601 in UTC with the 0, 3, 6 or 9 digits of a second it needs: `2026-11-23T16:44:20.500Z`. Nothing is lost. */
  toIso(): string {
    return printIso(this.posixNs)
  }

  /** Nanoseconds and local time: `[1795452260500000000] 2026-11-23 17:44:20.500+01:00`. */
  toString(): string {
    return `[${this.posixNs}] ${printLocal(this.posixNs)}`
  }

  /** {@link Timestamp.toIso}. */
  toJSON(): string {
    return this.toIso()
  }

  /** Later by a duration; `DataError` beyond int64. */
  plus(duration: DurationLike): Timestamp {
    return new Timestamp(this.posixNs + Timedelta.from(duration).ns)
  }

  /** Earlier by a duration, or the duration since another time; `DataError` beyond int64. */
  minus(other: Timestamp): Timedelta
  minus(other: DurationLike): Timestamp
  minus(other: Timestamp | DurationLike): Timestamp | Timedelta {
    if (other instanceof Timestamp) return new Timedelta(this.posixNs - other.posixNs)
    return new Timestamp(this.posixNs - Timedelta.from(other).ns)
  }

  /** How long after the last whole multiple of `step` since the epoch. `DataError` `division-by-zero`. */
  mod(step: DurationLike): Timedelta {
    const { ns } = Timedelta.from(step)
    if (ns === 0n) throw new DataError("division-by-zero", "remainder of a timestamp by zero")
    return new Timedelta(floorModulo(this.posixNs, ns))
  }

  /** Order, as `Array.prototype.sort` wants it. */
  compare(other: Timestamp): -1 | 0 | 1 {
    return this.posixNs < other.posixNs ? -1 : this.posixNs > other.posixNs ? 1 : 0
  }

  equals(other: Timestamp): boolean {
    return this.posixNs === other.posixNs
  }

  isBefore(other: Timestamp): boolean {
    return this.posixNs < other.posixNs
  }

  isAfter(other: Timestamp): boolean {
    return this.posixNs > other.posixNs
  }
}

function pastDuration(text: string): Timedelta {
  const rest = text.slice(1)
  if (!/^\s*\d/.test(rest)) {
    throw new DataError("timestamp-text", `${quoted(text)} is no point in time: after - comes a duration, as in -5min`)
  }
  return Timedelta.parse(rest)
}

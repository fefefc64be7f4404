import { DataError, Timestamp } from "@metricq/client"
import type { TimeUnit } from "./import-settings.js"

const ISO_PLAIN = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?$/
const ZONE = /(?:Z|[+-]\d\d(?::?\d\d)?)$/i
const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?$/
/** Decimal places of a second in one of a unit. */
const PLACES: Readonly<Record<TimeUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 }
const LAST_SECOND = 9_223_372_035
const DASH = 45

/**
 * Reads times as text: ISO 8601, or numbers of seconds, milli-, micro- or nanoseconds since 1970, whole or with a decimal fraction.
 *
 * What has been read last is in `seconds` and `nanos`, of which only the latter is never negative. Digits beyond a nanosecond are cut off.
 */
export class TimeText {
  seconds = 0
  nanos = 0
  readonly #utc: boolean
  #unit: TimeUnit | undefined
  /** The day that was read last, and its begin in seconds. */
  #day = ""
  #dayBegin = 0

  /**
   * @param unit of numbers; without it the first number tells: below 10^11 seconds, below 10^14 milliseconds, below 10^17 microseconds
   * @param utc take a time without a zone for UTC instead of refusing it
   */
  constructor({ unit, utc = false }: { unit?: TimeUnit; utc?: boolean } = {}) {
    this.#unit = unit
    this.#utc = utc
  }

  /** Unit of numbers, once it is known. */
  get unit(): TimeUnit | undefined {
    return this.#unit
  }

  /** @throws {DataError} `timestamp-text` for what is no time, `time-range` beyond the year 2262 */
  read(text: string): void {
    const trimmed = text.trim()
    if (isPlainIso(trimmed)) this.#readPlainIso(trimmed)
    else {
      const number = NUMBER.exec(trimmed)
      if (number) this.#readNumber(number[1] === "-", number[2]!, number[3] ?? "")
      else this.#readIso(trimmed)
    }
    if (this.seconds > LAST_SECOND) throw new DataError("time-range", `${JSON.stringify(text)} is beyond the year 2262`)
  }

  #readNumber(negative: boolean, whole: string, fraction: string): void {
    this.#unit ??= unitOfSize(Number(whole))
    const places = PLACES[this.#unit]
    const digits = whole.padStart(places + 1, "0")
    const point = digits.length - places
    const nanos = Number((digits.slice(point) + fraction).padEnd(9, "0").slice(0, 9))
    const seconds = Number(digits.slice(0, point))
    this.seconds = negative ? -seconds - (nanos > 0 ? 1 : 0) : seconds
    this.nanos = negative && nanos > 0 ? 1e9 - nanos : nanos
  }

  /** `2026-11-23T16:44:20.5Z`: the form that files are full of. */
  #readPlainIso(text: string): void {
    const day = text.slice(0, 10)
    if (day !== this.#day) {
      this.#dayBegin = Number(Timestamp.fromIso(`${day}T00:00Z`).posixNs / 1_000_000_000n)
      this.#day = day
    }
    const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)]
    const zone = zoneOf(text)
    // What is out of the ordinary, and what is wrong, is told apart by those who know all about it.
    if (zone === undefined || hour > 23 || minute > 59 || second > 59) {
      this.#readIso(text)
      return
    }
    const fraction = text.slice(20, text.length - zone.length)
    this.seconds = this.#dayBegin + hour * 3600 + minute * 60 + second - offsetOf(zone)
    this.nanos = fraction === "" ? 0 : Number(fraction.padEnd(9, "0").slice(0, 9))
  }

  #readIso(text: string): void {
    const zoned = this.#utc && !ZONE.test(text.slice(10)) ? `${text}Z` : text
    const { posixNs } = Timestamp.fromIso(zoned)
    const nanos = ((posixNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
    this.seconds = Number((posixNs - nanos) / 1_000_000_000n)
    this.nanos = Number(nanos)
  }
}

/** Whether text is `dddd-dd-ddTdd:dd:dd` with perhaps a fraction and a zone; a dash in the fifth place is in no number. */
function isPlainIso(text: string): boolean {
  return text.charCodeAt(4) === DASH && ISO_PLAIN.test(text)
}

/** Whether text is a time rather than a name. */
export function isTimeText(text: string): boolean {
  try {
    new TimeText({ utc: true }).read(text)
    return true
  } catch {
    return false
  }
}

/** Unit of a time by its size: seconds below 10^11, milliseconds below 10^14, microseconds below 10^17. */
export function unitOfSize(size: number): TimeUnit {
  return size < 1e11 ? "s" : size < 1e14 ? "ms" : size < 1e17 ? "us" : "ns"
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
}

/** The zone at the end of a plain ISO time; undefined if there is none. */
function zoneOf(text: string): string | undefined {
  if (text.endsWith("Z")) return "Z"
  for (const length of [6, 5]) {
    const sign = text.charAt(text.length - length)
    if (text.length > 19 + length - 1 && (sign === "+" || sign === "-")) return text.slice(-length)
  }
  return undefined
}

function offsetOf(zone: string): number {
  if (zone === "Z") return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return zone.startsWith("-") ? -60 * minutes : 60 * minutes
}

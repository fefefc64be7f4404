import { DataError, quoted } from "./errors.js"
import { floorDivide, floorModulo } from "./int64.js"

const NS_PER_SECOND = 1_000_000_000n
const MAX_TEXT = 100

const DATE =
  /^(?<year>\d{4})(?:-(?<month>\d\d)-(?<day>\d\d)|(?<month2>\d\d)(?<day2>\d\d)|-W(?<week>\d\d)-(?<weekday>\d)|W(?<week2>\d\d)(?<weekday2>\d)|-(?<ordinal>\d{3})|(?<ordinal2>\d{3}))(?!\d)/
const TIME =
  /^(?<hour>\d\d)(?:(?::(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?)|(?:(?<minute2>\d\d)(?:(?<second2>\d\d)(?:[.,](?<fraction2>\d+))?)?))?(?![\d:.,])/
const ZONE = /^(?:[Zz]|(?<sign>[+-])(?<hours>\d\d):?(?<minutes>\d\d)?)$/

/**
 * Nanoseconds since the epoch of an ISO 8601 date and time with a zone.
 *
 * Calendar, week and ordinal dates, basic or extended; any one character between date and time; hours alone, with minutes, with seconds,
 * with a fraction (cut after nine digits); 24:00 is the next midnight.
 *
 * @throws {DataError} `timestamp-text` for anything else, in particular without a zone
 */
export function parseIso(text: string): bigint {
  const date = text.length <= MAX_TEXT ? DATE.exec(text) : null
  if (!date) throw fault(text, "write it as 2026-11-23T16:44:20.5Z")
  const separator = /^\D/u.exec(text.slice(date[0].length))?.[0] ?? ""
  const afterDate = text.slice(date[0].length + separator.length)
  if (afterDate === "") throw fault(text, `a date alone has no time and no zone: append T00:00Z`)
  const time = TIME.exec(afterDate)
  if (!time) throw fault(text, "the time must be hh, hh:mm, hh:mm:ss or hh:mm:ss.fraction")
  const zone = afterDate.slice(time[0].length)
  const seconds = daysOf(text, date.groups!) * 86_400 + secondsOf(text, time.groups!) - offsetOf(text, zone)
  const fraction = time.groups!.fraction ?? time.groups!.fraction2 ?? ""
  return BigInt(seconds) * NS_PER_SECOND + BigInt(fraction.slice(0, 9).padEnd(9, "0"))
}

type Groups = Record<string, string | undefined>

function daysOf(text: string, groups: Groups): number {
  const year = Number(groups.year)
  const week = groups.week ?? groups.week2
  if (week !== undefined) return weekDay(text, year, Number(week), Number(groups.weekday ?? groups.weekday2))
  const ordinal = groups.ordinal ?? groups.ordinal2
  if (ordinal !== undefined) {
    const day = Number(ordinal)
    if (day < 1 || day > (isLeap(year) ? 366 : 365)) throw fault(text, `${year} has no day ${day}`)
    return dayNumber(year, 1, 1) + day - 1
  }
  const month = Number(groups.month ?? groups.month2)
  const day = Number(groups.day ?? groups.day2)
  if (month < 1 || month > 12) throw fault(text, `there is no month ${month}`)
  if (day < 1 || day > daysInMonth(year, month)) throw fault(text, `month ${month} of ${year} has no day ${day}`)
  return dayNumber(year, month, day)
}

function weekDay(text: string, year: number, week: number, weekday: number): number {
  const first = firstWeek(year)
  const weeks = (firstWeek(year + 1) - first) / 7
  if (week < 1 || week > weeks) throw fault(text, `${year} has no week ${week}`)
  if (weekday < 1 || weekday > 7) throw fault(text, `days of the week are 1 to 7, not ${weekday}`)
  return first + (week - 1) * 7 + weekday - 1
}

function secondsOf(text: string, groups: Groups): number {
  const hour = Number(groups.hour)
  const minute = Number(groups.minute ?? groups.minute2 ?? 0)
  const second = Number(groups.second ?? groups.second2 ?? 0)
  const fraction = groups.fraction ?? groups.fraction2 ?? ""
  if (second === 60)
    throw fault(text, "leap seconds do not exist in POSIX time: write second 59, or 00 of the next minute")
  if (minute > 59 || second > 59) throw fault(text, "minutes and seconds go to 59")
  const pastMidnight = minute > 0 || second > 0 || /[1-9]/.test(fraction)
  if (hour > 24 || (hour === 24 && pastMidnight)) throw fault(text, "hours go to 23, or 24:00 for the next midnight")
  return hour * 3600 + minute * 60 + second
}

function offsetOf(text: string, zone: string): number {
  if (zone === "") throw fault(text, "the time zone is missing: append Z for UTC or an offset such as +01:00")
  const match = ZONE.exec(zone)
  if (!match) throw fault(text, `${quoted(zone)} is no time zone: append Z for UTC or an offset such as +01:00`)
  const { sign, hours = "0", minutes = "0" } = match.groups!
  if (Number(hours) > 23 || Number(minutes) > 59) throw fault(text, `an offset of ${zone} is more than a day`)
  const seconds = Number(hours) * 3600 + Number(minutes) * 60
  return sign === "-" ? -seconds : seconds
}

/** `YYYY-MM-DDTHH:MM:SS[.fff[fff[fff]]]Z`: UTC, with the thousandths, millionths or billionths it needs. */
export function printIso(ns: bigint): string {
  return `${new Date(milliseconds(ns)).toISOString().slice(0, 19)}${printFraction(ns)}Z`
}

/** `YYYY-MM-DD HH:MM:SS[.fff[fff[fff]]]±HH:MM` in the zone of this machine. */
export function printLocal(ns: bigint): string {
  const date = new Date(milliseconds(ns))
  const offset = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + offset * 60_000).toISOString()
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.floor(Math.abs(offset) % 60)]
  const zone = `${offset < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`
  return `${local.slice(0, 10)} ${local.slice(11, 19)}${printFraction(ns)}${zone}`
}

function milliseconds(ns: bigint): number {
  return Number(floorDivide(ns, 1_000_000n))
}

function printFraction(ns: bigint): string {
  const digits = floorModulo(ns, NS_PER_SECOND).toString().padStart(9, "0")
  if (digits === "000000000") return ""
  return `.${digits.replace(/(?:000){1,2}$/, "")}`
}

function fault(text: string, remedy: string): DataError {
  return new DataError("timestamp-text", `${quoted(text)} is no point in time: ${remedy}`)
}

/** Days since 1970-01-01 of a day of the Gregorian calendar. `Date.UTC` takes years below 100 for 1900 and up, hence the 400. */
function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year + 400, month - 1, day) / 86_400_000 - 146_097
}

/** Day number of the Monday of week 1, the week with 4 January in it. */
function firstWeek(year: number): number {
  const fourth = dayNumber(year, 1, 4)
  return fourth - ((((fourth + 3) % 7) + 7) % 7)
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!
}

import type { HtaImportReport, ImportProgress, ImportReport } from "@metricq/database"
import { formatBytes } from "../terminal/byte-sizes.js"
import { formatRate, formatSpan } from "../terminal/numbers.js"

/** How far an import is, as a line of progress; what a database tells may lack anything. */
export function progressLabel(progress: Partial<ImportProgress> | undefined): string {
  const { current, points = 0, bytes = 0, totalBytes = 0, pointsPerSecond = 0 } = progress ?? {}
  if (current === undefined) return "looking at what there is"
  const share = totalBytes > 0 ? `${Math.floor((100 * bytes) / totalBytes)} % of ${formatBytes(totalBytes)}` : ""
  return [share, `${count(points)} points`, `${formatRate(pointsPerSecond)}/s`, current].filter(Boolean).join(", ")
}

/** What an import has done, in one line. */
export function reportLine({ points, metrics, seconds, totalBytes, resumedBytes }: ImportReport): string {
  const rate = seconds > 0 ? ` (${formatRate(points / seconds)} points/s)` : ""
  const metricsText = `${count(metrics)} metric${metrics === 1 ? "" : "s"}`
  const before =
    resumedBytes > 0 ? `; ${formatBytes(resumedBytes)} of ${formatBytes(totalBytes)} were imported before` : ""
  return `imported ${count(points)} point${points === 1 ? "" : "s"} of ${metricsText} in ${formatSpan(seconds)}${rate}${before}`
}

/** What was left out, a line each. */
export function skipLines({ skipped }: ImportReport): string[] {
  return skipped.map(({ reason, count: times, first }) => `left out: ${reason} (${count(times)}, first: ${first})`)
}

/** What is wrong with an archive, a line each. */
export function damageLines(report: ImportReport | HtaImportReport): string[] {
  return "damage" in report ? report.damage.map(damageLine) : []
}

type Damage = HtaImportReport["damage"][number]

function damageLine({ kind, file, offset, count: cases, message }: Damage): string {
  const first = `${cases === 1 ? "" : "the first "}at byte ${offset}`
  switch (kind) {
    case "missing-raw":
      return `${file}: there is no raw.hta`
    case "backup":
      return `${file}: left out, a repair has set it aside`
    case "torn":
      return `${file}: it ends within a point, at byte ${offset}`
    case "no-time":
      return `${file}: left out: ${pointsOf(cases)} without a time, ${first}`
    case "infinite":
      return `${file}: left out: ${pointsOf(cases)} with an infinite value, ${first}`
    case "unordered":
      return `${file}: ${pointsOf(cases)} not later than the one before, ${first}`
    case "nan":
      return `${file}: ${pointsOf(cases)} that are not a number, taken for gaps, ${first}`
    case "level-row":
      return `${file}: ${rowsOf(cases)} other than the points say, ${first}`
    case "level-short":
      return `${file}: ${rowsOf(cases)} missing at its end`
    case "level-long":
      return `${file}: ${rowsOf(cases)} without points`
    default:
      return message ?? `${file}: ${kind}`
  }
}

function pointsOf(cases: number): string {
  return `${count(cases)} point${cases === 1 ? "" : "s"}`
}

function rowsOf(cases: number): string {
  return `${count(cases)} row${cases === 1 ? "" : "s"}`
}

function count(number: number): string {
  return number.toLocaleString("en-US")
}

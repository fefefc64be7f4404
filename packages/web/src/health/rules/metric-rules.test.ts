import type { Metadata } from "@metricq/client"
import { expect, test } from "vitest"
import type { Detection, FindingKind } from "../finding.js"
import type { MetricObservation } from "../observation.js"
import { metric, NOW, point, track } from "../testing/observed.js"
import { defaultThresholds, type Thresholds } from "../thresholds.js"
import { metricRules } from "./index.js"

/** What the rule of a kind says. */
function check(kind: FindingKind, observed: MetricObservation, thresholds: Partial<Thresholds> = {}) {
  return metricRules.find((rule) => rule.kind === kind)!.check(observed, { ...defaultThresholds, ...thresholds })
}
const isFound = (result: unknown): result is Detection => typeof result === "object"
/** The metric whose newest point is so old, and was so half a minute before, too, unless it moved. */
const aged = (ageS: number, metadata: Metadata = {}) => metric(metadata, { track: track(point({ ageS })) })

test("no rule finds anything in a healthy metric, whatever its rate", () => {
  const slow = track(
    point({ ageS: 3000, count: 3, sinceMs: NOW - 10_200_000 }),
    point({ ageS: 3000, count: 3, sinceMs: NOW - 10_200_000 }),
  )
  for (const observed of [metric(), metric({ rate: 1 / 3600 }, { track: slow })]) {
    for (const { kind } of metricRules)
      expect({ kind, found: isFound(check(kind, observed)) }).toEqual({ kind, found: false })
  }
})

test("hidden and archived metrics, and those that are only live, are not silent", () => {
  expect(isFound(check("silent", aged(1e6)))).toBe(true)
  for (const metadata of [{ hidden: true }, { archived: "2026-01-01" }, { historic: false }])
    expect(check("silent", aged(1e6, metadata))).toBeUndefined()
})

test.each([
  ["a fast one after a minute", {}, 60, 60.1],
  ["a slow one after ten intervals", { rate: 0.1 }, 100, 100.1],
  ["one with an interval as text", { rate: undefined as never, interval: "20s" }, 200, 200.1],
  ["one that sends chunks after ten of them", { rate: 10, chunkSize: 100 }, 100, 100.1],
  ["one without a rate after a day, by what was seen", { rate: undefined as never }, 86_400, 86_401],
])("silent: %s", (_, metadata, fine, silent) => {
  expect(check("silent", aged(fine, metadata))).toBeUndefined()
  expect(check("silent", aged(silent, metadata))).toMatchObject({
    ...{ kind: "silent", severity: "warning", subject: { metric: "lab.power" }, source: "source-a" },
    sinceMs: NOW - silent * 1000,
  })
})

test("silent: what never had a steady rate is not missed, and nobody knows while the database is away", () => {
  const single = track(point({ ageS: 1e7, count: 1, sinceMs: NOW - 1e10 }))
  expect(check("silent", metric({ rate: undefined as never }, { track: single }))).toBeUndefined()
  expect(check("silent", metric({}, { isCurrent: false }))).toBe("unknown")
})

test("silent: a database that has just started has to have waited as long", () => {
  const started = (agoS: number) => ({ ...aged(1e5, { rate: 0.1 }), storingSinceMs: NOW - agoS * 1000 })
  expect(check("silent", started(100))).toBe("unknown")
  expect(isFound(check("silent", started(101)))).toBe(true)
})

test("silent: only what has been so for a day can be archived", () => {
  expect(check("silent", aged(86_399))).not.toHaveProperty("fix")
  expect(check("silent", aged(86_401))).toHaveProperty("fix", "archive")
})

test("silent: a metric that a database waits for by name, and that never came", () => {
  const at = (ageS: number) => metric({ date: new Date(NOW - ageS * 1000).toISOString() }, { track: undefined })
  expect(check("silent", at(59))).toBeUndefined()
  expect(check("silent", at(61))).toMatchObject({ message: "not a single point has been stored" })
  expect(check("silent", metric({}, { track: undefined }))).toBeUndefined()
})

test("nan: only where all points are, and go on coming", () => {
  const of = (nan: number, ageS = 30) =>
    metric({}, { track: track(point({ ageS }), point({ nan, value: Number.NaN })) })
  expect(check("nan", of(299))).toBeUndefined()
  expect(check("nan", of(300))).toMatchObject({ severity: "warning", afterMs: 300_000 })
  expect(check("nan", of(300, 0.5)), "no new point").toBeUndefined()
  expect(check("nan", metric({}, { track: track(point({ count: 0 })) }))).toBe("unknown")
})

/** A metric with the same value for so many hours. */
function still(hours: number, value: number, metadata: Metadata = {}): MetricObservation {
  const same = { value, min: value, max: value }
  const made = track(point({ ageS: 30, ...same }), point(same))
  Object.assign(made, { sameSinceMs: made.point.timeMs - hours * 3_600_000, firstLookMs: 0 })
  return metric(metadata, { track: made })
}

test.each([
  ["a fraction after six hours", 21.3, 5.99, 6],
  ["a whole number after a day", 21, 23.9, 24],
])("stuck: %s", (_, value, fine, stuck) => {
  expect(check("stuck", still(fine, value))).toBeUndefined()
  expect(check("stuck", still(stuck, value))).toMatchObject({ kind: "stuck", values: { value } })
})

test("stuck: neither zero, nor what may stand still, nor what was set by somebody", () => {
  expect(isFound(check("stuck", still(99, 1.5)))).toBe(true)
  expect(check("stuck", still(99, 0))).toBeUndefined()
  for (const unit of ["", "B", "s", "%", "J", "MHz"]) expect(check("stuck", still(99, 1.5, { unit }))).toBeUndefined()
  for (const description of ["power limit of the package", "Nominal voltage"])
    expect(check("stuck", still(99, 1.5, { description }))).toBeUndefined()
  expect(check("stuck", { ...still(99, 1.5), name: "lab.cpu.max_power" })).toBeUndefined()
})

test("stuck: nobody knows before it was watched for so long", () => {
  const short = still(1, 1.5)
  Object.assign(short.track!, { firstLookMs: NOW - 3_000_000 })
  expect(check("stuck", short)).toBe("unknown")
  Object.assign(short.track!, { firstLookMs: NOW - 4_000_000 })
  expect(check("stuck", short), "it has changed since").toBeUndefined()
})

test("clock-ahead: beyond the threshold", () => {
  expect(check("clock-ahead", aged(-10))).toBeUndefined()
  expect(check("clock-ahead", aged(-10.2))).toMatchObject({ values: { aheadS: 10.2 } })
})

/** Two looks half a minute apart: how old the newest point was at each. */
const lagging = (before: number, now: number, metadata: Metadata = {}) =>
  metric(metadata, { track: track(point({ ageS: before + 30 }), point({ ageS: now })) })

test("clock-behind: points that come, each as late as the one before", () => {
  expect(check("clock-behind", lagging(59, 59))).toBeUndefined()
  expect(check("clock-behind", lagging(61, 61))).toMatchObject({ kind: "clock-behind", values: { ageS: 61 } })
  expect(check("clock-behind", lagging(7200, 7199))).toMatchObject({ kind: "clock-behind" })
  expect(check("clock-behind", lagging(299, 299, { rate: 1 / 60 })), "five intervals").toBeUndefined()
})

test("clock-behind: neither imports, nor what is silent, nor what was seen only once", () => {
  expect(check("clock-behind", lagging(7200, 3600)), "catching up").toBeUndefined()
  expect(check("clock-behind", lagging(3570, 3600)), "silent").toBeUndefined()
  expect(check("clock-behind", aged(3600))).toBe("unknown")
})

/** A metric that declares 1 Hz, and whose points are so many seconds apart. */
function every(seconds: number, count = 30): MetricObservation {
  const sinceMs = NOW - 500 - (count - 1) * seconds * 1000
  return metric({}, { track: track(point({ ageS: 30, count, sinceMs }), point({ count, sinceMs })) })
}

test("rate: off by more than twice, either way, for long", () => {
  for (const seconds of [2, 0.5, 1]) expect(check("rate", every(seconds))).toBeUndefined()
  expect(check("rate", every(2.01))).toMatchObject({ severity: "info", afterMs: 600_000, values: { seen: "1/2.01 s" } })
  expect(check("rate", every(0.49))).toMatchObject({ values: { declared: "1 Hz", seen: "2.04 Hz" } })
  expect(check("rate", every(0.05))).toMatchObject({ severity: "warning" })
  expect(check("rate", every(5, 19)), "too few points").toBe("unknown")
  expect(check("rate", metric({ rate: undefined as never }))).toBeUndefined()
})

test("revived: points after it was archived, in any spelling of the time", () => {
  const since = (ms: number) => new Date(NOW - ms).toISOString()
  expect(check("revived", metric({ archived: since(60_000) }))).toBeUndefined()
  expect(check("revived", metric({ archived: since(62_000) }))).toMatchObject({ severity: "info", fix: "unarchive" })
  expect(isFound(check("revived", metric({ archived: "2024-03-18 12:00:00.5+00:00" })))).toBe(true)
  expect(check("revived", metric({ archived: "once" }))).toBeUndefined()
})

test("unit-missing: an empty unit is one", () => {
  expect(check("unit-missing", metric({ unit: "" }))).toBeUndefined()
  expect(check("unit-missing", metric({ unit: undefined as never }))).toMatchObject({ severity: "info" })
  expect(check("unit-missing", metric({ unit: undefined as never, archived: "2026-01-01" }))).toBeUndefined()
})

test("unit-changed: for a day, and not when a missing one was added", () => {
  const changed = (before: string, after: string, hoursAgo: number) => {
    const observed = metric()
    observed.track!.noteUnit(before, NOW - 1e9)
    observed.track!.noteUnit(after, NOW - hoursAgo * 3_600_000)
    Object.assign(observed.track!, { firstLookMs: NOW - 1e9 })
    return observed
  }
  expect(check("unit-changed", changed("W", "kW", 23.9))).toMatchObject({ values: { before: "W", after: "kW" } })
  expect(check("unit-changed", changed("W", "kW", 24.1))).toBeUndefined()
  expect(check("unit-changed", changed("", "kW", 1))).toBeUndefined()
  expect(check("unit-changed", changed("W", "W", 1))).toBeUndefined()
  expect(check("unit-changed", metric()), "just begun to look").toBe("unknown")
})

test("nothing about values can be told while a database is not up to date", () => {
  const away = metric({ rate: 5 }, { isCurrent: false })
  for (const kind of ["silent", "nan", "stuck", "clock-ahead", "clock-behind", "rate"] as const)
    expect({ kind, result: check(kind, away) }).toEqual({ kind, result: "unknown" })
})

test("unstored: what no database has room for, not what has not sent anything yet", () => {
  const live = (isCovered?: boolean, state = "live") =>
    check("unstored", metric({}, { state: state as never, isCovered }))
  expect(live(false)).toMatchObject({ kind: "unstored", severity: "info", fix: "store" })
  expect(live(true)).toBeUndefined()
  expect(live(undefined)).toBe("unknown")
  expect(live(false, "stored")).toBeUndefined()
})

test("unit-changed: a unit that comes back is no change, nor is one that somebody has named", () => {
  const seen = track(point({ ageS: 30 }), point())
  for (const unit of ["kW", "W"]) seen.noteUnit(unit, NOW)
  expect(check("unit-changed", metric({}, { track: seen }))).toMatchObject({
    values: { before: "kW", after: "W" },
    fix: "set-unit",
  })
  seen.settleUnit("W")
  expect(isFound(check("unit-changed", metric({}, { track: seen })))).toBe(false)
  for (const unit of ["kW", "W"]) seen.noteUnit(unit, NOW)
  expect(isFound(check("unit-changed", metric({}, { track: seen })))).toBe(false)
})

import { expect, test } from "vitest"
import { StoragePlan } from "../configuration/storage-plan.js"
import { levelsFor } from "./level-choice.js"
import { type StoredBefore, StoredMetric } from "./stored-metric.js"

const S = 1_000_000_000n
const ruleOf = (entry: object) => new StoragePlan("db", { patterns: [{ pattern: "**", ...entry }] }).rule("lab.a")!
const metricOf = (before?: StoredBefore, entry = {}) => new StoredMetric("lab.a", ruleOf(entry), before)

/** Feed points one by one, `stepNs` apart; at which of them the levels should be chosen. */
function feed(metric: StoredMetric, fromNs: bigint, stepNs: bigint, count: number): number[] {
  const asked: number[] = []
  for (let i = 0; i < count; i++) {
    if (metric.observe(BigInt64Array.of(fromNs + BigInt(i) * stepNs))) asked.push(i)
  }
  return asked
}

test("what its metadata declares decides", () => {
  expect(metricOf().chooseLevels(2n * S)).toEqual(levelsFor(2n * S))
})

test("without that its points do, as soon as there are enough", () => {
  const metric = metricOf()
  expect(metric.chooseLevels(undefined)).toBeUndefined()
  expect(feed(metric, 1000n * S, S, 20)).toEqual([8])
  expect(metric.chooseLevels(undefined)).toEqual(levelsFor(S))
})

test("what the configuration says needs neither", () => {
  expect(metricOf(undefined, { interval: "5s" }).chooseLevels(S)).toEqual(levelsFor(5n * S))
  const said = metricOf(undefined, { interval_min: "10s", maxGap: "1min" })
  expect(said.chooseLevels(undefined)).toMatchObject({ intervalMinNs: 10n * S, maxGapNs: 60n * S })
  expect(feed(said, 1000n * S, 3600n * S, 20)).toEqual([])
})

test("points that come much more rarely than declared are believed", () => {
  const metric = metricOf()
  metric.settle(metric.chooseLevels(S)!)
  expect(feed(metric, 1000n * S, S, 10)).toEqual([])
  expect(feed(metric, 2000n * S, 60n * S, 20)).toEqual([10])
  const levels = metric.chooseLevels(S)!
  expect(levels).toEqual(levelsFor(60n * S))
  metric.settle(levels)
  expect(feed(metric, 4000n * S, 60n * S, 20)).toEqual([])
})

test("single gaps, and chunks that span long, are nothing to worry about", () => {
  const metric = metricOf()
  metric.settle(levelsFor(S))
  const chunk = (fromNs: bigint) => BigInt64Array.from({ length: 100 }, (_, i) => fromNs + BigInt(i) * S)
  for (let i = 1n; i < 50n; i++) expect(metric.observe(chunk(i * 1000n * S))).toBe(false)
  expect(metric.chooseLevels(S)).toEqual(levelsFor(S))
  const late = metricOf()
  late.settle(levelsFor(S))
  expect(feed(late, 10_000n * S, -60n * S, 30)).toEqual([])
})

test("levels of another rule tell the interval where nothing else does", () => {
  const before = { levels: levelsFor(60n * S), firstNs: 0n, lastNs: 60_000n * S, points: 1001, isStale: true }
  const forever = { ...levelsFor(60n * S), maxGapNs: undefined }
  expect(metricOf(before, { maxGap: "forever" }).chooseLevels(undefined)).toEqual(forever)
  expect(metricOf(before).chooseLevels(S)).toEqual(levelsFor(S))
})

test("levels of an archive stay", () => {
  const levels = { ...levelsFor(60n * S), maxGapNs: undefined }
  const metric = metricOf({ levels, points: 1001, isArchive: true })
  expect(metric.chooseLevels(S)).toBe(levels)
  expect(feed(metric, 4000n * S, 60n * S, 20)).toEqual([])
})

test("after a restart, levels that an earlier process has chosen stay where metadata is silent or was found wrong", () => {
  const before = { levels: levelsFor(60n * S), firstNs: 0n, lastNs: 60_000n * S, points: 1001 }
  expect(metricOf(before).chooseLevels(undefined)).toEqual(levelsFor(60n * S))
  expect(metricOf(before).chooseLevels(S)).toEqual(levelsFor(60n * S))
  expect(metricOf(before).chooseLevels(10n * S)).toEqual(levelsFor(10n * S))
  expect(metricOf(before).chooseLevels(300n * S)).toEqual(levelsFor(300n * S))
})

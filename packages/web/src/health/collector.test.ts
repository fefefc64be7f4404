import { expect, test } from "vitest"
import { Collector } from "./collector.js"
import { findingId } from "./finding.js"
import type { MetricObservation } from "./observation.js"
import { nan } from "./rules/nan.js"
import { silent } from "./rules/silent.js"
import { metric, point, track } from "./testing/observed.js"
import { defaultThresholds } from "./thresholds.js"

const silentTrack = () => track(point({ ageS: 3600 }))
const metrics = (count: number, change: Partial<MetricObservation> = {}) =>
  Array.from({ length: count }, (_, i) => metric({}, { name: `lab.m${i}`, ...change }))

/** What a sweep makes of metrics; `isUp` of their clients. */
function sweep(collector: Collector, observed: readonly MetricObservation[], isUp: boolean | undefined = true) {
  collector.begin()
  for (const each of observed) {
    collector.look(each)
    const result = silent.check(each, defaultThresholds)
    if (result === "unknown") collector.addUnknown(silent, each, () => true)
    else if (result) collector.add(silent, result)
  }
  return collector.detections(() => isUp)
}

test("a few of many metrics are findings of their own", () => {
  const found = sweep(new Collector(), [...metrics(20, { track: silentTrack() }), ...metrics(5)])
  expect(found).toHaveLength(20)
  expect(found[0]).toMatchObject({ kind: "silent", subject: { metric: "lab.m0" } })
})

test("more than twenty, or all there are, are one finding of their client", () => {
  const many = sweep(new Collector(), [...metrics(1000, { track: silentTrack() }), ...metrics(5)])
  expect(many).toMatchObject([{ kind: "silent", subject: { client: "source-a" }, metrics: 1000 }])
  expect(many[0]!.examples).toHaveLength(10)
  expect(sweep(new Collector(), metrics(3, { track: silentTrack() }))).toMatchObject([{ metrics: 3 }])
  expect(sweep(new Collector(), metrics(2, { track: silentTrack() }))).toHaveLength(2)
})

test("a group stays one until few are left", () => {
  const collector = new Collector()
  const some = (count: number) => sweep(collector, [...metrics(count, { track: silentTrack() }), ...metrics(30)])
  expect([21, 10, 9, 10].map((count) => some(count).length)).toEqual([1, 1, 9, 10])
})

test("metrics of a client that does not answer are one finding, even if it is only one", () => {
  const found = sweep(new Collector(), [...metrics(1, { track: silentTrack() }), ...metrics(5)], false)
  expect(found).toMatchObject([{ kind: "gone", severity: "error", subject: { client: "source-a" }, metrics: 1 }])
  expect(sweep(new Collector(), metrics(5), false), "its points keep coming").toEqual([])
  const unknown = sweep(new Collector(), metrics(1, { track: silentTrack() }), undefined)
  expect(unknown).toMatchObject([{ kind: "silent" }])
})

test("metrics that nobody declares stay alone", () => {
  expect(sweep(new Collector(), metrics(30, { track: silentTrack(), source: "" }))).toHaveLength(30)
})

test("what is not known keeps findings of metrics, of their group and of their client, but not for a few", () => {
  const collector = new Collector()
  sweep(collector, metrics(30, { isCurrent: false }))
  expect(collector.isUnknown(findingId("silent", { metric: "lab.m3" }))).toBe(true)
  expect(collector.isUnknown(findingId("silent", { client: "source-a" }))).toBe(true)
  expect(collector.isUnknown(findingId("gone", { client: "source-a" }))).toBe(true)
  expect(collector.isUnknown(findingId("silent", { metric: "lab.other" }))).toBe(false)
  const few = metrics(1, { track: track(point({ count: 0 })) })
  collector.begin()
  for (const each of [...few, ...metrics(5)]) collector.look(each)
  collector.addUnknown(nan, few[0]!, () => false)
  collector.detections(() => true)
  expect(collector.isUnknown(findingId("nan", { client: "source-a" }))).toBe(false)
})

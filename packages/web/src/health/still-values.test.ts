import { TimeAggregate, Timedelta, type Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { askedBackMs } from "./rules/stuck.js"
import { StillValues } from "./still-values.js"
import { metric, NOW, point, track } from "./testing/observed.js"

const HOUR = 3_600_000
const still = (value: number) =>
  track(point({ ageS: 30, value, min: value, max: value }), point({ value, min: value, max: value }))

/** History in which the value was in this range, and known for this part of the time that is asked for. */
function history(minimum: number, maximum: number, known = 1) {
  const asked: { start: number; end: number }[] = []
  return {
    asked,
    historyAggregate: async (_: string, { start, end }: { start?: Timestamp; end?: Timestamp }) => {
      const [startMs, endMs] = [start!, end!].map(({ posixNs }) => Number(posixNs / 1_000_000n)) as [number, number]
      asked.push({ start: startMs, end: endMs })
      const activeTime = new Timedelta(BigInt(Math.round((endMs - startMs) * known)) * 1_000_000n)
      const rest = { sum: 0, count: 100, integralNs: 0 }
      return new TimeAggregate({ ...{ timestamp: start!, minimum, maximum, activeTime }, ...rest })
    },
  }
}
const ending = new AbortController().signal

test("a value that stood still before anybody looked has stood still so long", async () => {
  const past = history(20.5, 20.5)
  const values = new StillValues(past)
  const observed = metric({}, { track: still(20.5) })
  const neededMs = askedBackMs(observed, 6)!
  expect(neededMs).toBe(6 * HOUR)
  values.begin()
  values.add({ name: "lab.power", track: observed.track!, neededMs })
  await values.ask(ending)
  expect(past.asked).toMatchObject([{ start: expect.closeTo(NOW - 6 * HOUR, -4) }])
  expect(observed.track!.sameSinceMs).toBeLessThan(NOW - 6 * HOUR)
  expect(askedBackMs(observed, 6)).toBeUndefined()
})

test.each([
  ["moved", history(20, 21), true],
  ["was not known for long enough", history(20.5, 20.5, 0.5), false],
  ["cannot be asked for", { historyAggregate: async () => Promise.reject(new Error("away")) }, false],
])("a past that %s proves nothing", async (_, past, isBeginKnown) => {
  const values = new StillValues(past)
  const observed = metric({}, { track: still(20.5) })
  const before = observed.track!.sameSinceMs
  const ask = async () => {
    values.begin()
    values.add({ name: "lab.power", track: observed.track!, neededMs: 6 * HOUR })
    await values.ask(ending)
  }
  await ask()
  expect({ since: observed.track!.sameSinceMs, isBeginKnown: observed.track!.isBeginKnown }).toEqual({
    since: before,
    isBeginKnown,
  })
  await ask()
  if ("asked" in past) expect(past.asked).toHaveLength(1)
})

test("what moves, is switched off or stands still by its nature is not asked for", () => {
  expect(askedBackMs(metric(), 6)).toBeUndefined()
  expect(askedBackMs(metric({}, { track: still(0) }), 6)).toBeUndefined()
  expect(askedBackMs(metric({ unit: "B" }, { track: still(20.5) }), 6)).toBeUndefined()
  expect(askedBackMs(metric({}, { track: still(20) }), 6)).toBe(24 * HOUR)
})

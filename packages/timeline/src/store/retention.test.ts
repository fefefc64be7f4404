import { expect, test } from "vitest"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { Timeline } from "../timeline.js"
import type { StoreOptions } from "./options.js"
import type { RetentionRule } from "./retention-rule.js"

const second = 1_000_000_000n
const originNs = 1_600_000_000n * second
const always = 2n ** 62n
const parameters = {
  intervalMinNs: 10n * second,
  intervalMaxNs: 10_000n * second,
  intervalFactor: 10,
  maxGapNs: undefined,
}

/** A store with a point a second for 2000 seconds, some of them late, in several segments. */
async function filledStore(clock: { now: bigint }): Promise<Timeline> {
  const options: Partial<StoreOptions> = {
    disk: new TestDisk(seededRandom(3)),
    lock: false,
    compaction: false,
    now: () => clock.now,
    tuning: { blockPoints: 64, runPoints: 700, pointsPerRow: 5 },
  }
  const timeline = await Timeline.open("/store", options)
  for (const metric of ["lab.a", "lab.b"]) {
    await timeline.declare(metric, parameters)
    for (const first of [0, 400, 1200, 800, 1600]) {
      const seconds = Array.from({ length: 400 }, (_, i) => first + i)
      await timeline.append(metric, {
        times: BigInt64Array.from(seconds, (s) => originNs + BigInt(s) * second),
        values: Float64Array.from(seconds, (s) => s % 50),
      })
      await timeline.checkpoint()
    }
  }
  return timeline
}

const rule: RetentionRule = {
  metrics: "lab.a",
  pointsNs: 1000n * second,
  rows: [{ intervalNs: 60n * second, keepNs: 3000n * second }, { intervalNs: 100n * second }],
}

test("old points are given up, and rows kept that are fine enough", async () => {
  const clock = { now: originNs + 2000n * second }
  const timeline = await filledStore(clock)
  const before = await timeline.timeline("lab.a", originNs, originNs + 2000n * second, 10n * second)
  const all = await timeline.aggregate("lab.a", 0n, always)
  timeline.setRetention([rule])
  await timeline.compact()
  const { times } = await timeline.raw("lab.a", 0n, always)
  expect(Number(times[0]! - originNs) / 1e9).toBeGreaterThan(900)
  expect(Number(times[0]! - originNs) / 1e9).toBeLessThanOrEqual(1000)
  expect(await timeline.timeline("lab.a", originNs, originNs + 2000n * second, 10n * second)).toEqual(before)
  expect(await timeline.aggregate("lab.a", 0n, always)).toEqual(all)
  expect((await timeline.raw("lab.b", 0n, always)).times).toHaveLength(2000)
  await timeline.close()
})

test("rows are given up in turn, finer ones before coarser ones", async () => {
  const clock = { now: originNs + 2000n * second }
  const timeline = await filledStore(clock)
  const coarse = await timeline.timeline("lab.a", originNs, originNs + 2000n * second, 100n * second)
  const all = await timeline.aggregate("lab.a", 0n, always)
  timeline.setRetention([rule])
  await timeline.compact()
  clock.now += 100_000n * second
  await timeline.compact()
  expect((await timeline.raw("lab.a", 0n, always)).times).toHaveLength(0)
  const fine = await timeline.timeline("lab.a", originNs, originNs + 2000n * second, 10n * second)
  expect(fine.intervalNs).toBe(100n * second)
  expect(fine).toEqual(coarse)
  expect(await timeline.aggregate("lab.a", 0n, always)).toEqual(all)
  timeline.setRetention([{ metrics: () => true, pointsNs: 1000n * second }])
  await timeline.compact()
  expect(await timeline.last("lab.a")).toBeUndefined()
  expect(await timeline.last("lab.b")).toBeUndefined()
  expect(timeline.status()).toMatchObject({ segments: 0, points: 0 })
  await timeline.close()
})

test("runs that have only rows are merged with their neighbours, and say the same", async () => {
  const clock = { now: originNs + 1100n * second }
  const timeline = await filledStore(clock)
  const fine = await timeline.timeline("lab.a", originNs, originNs + 2000n * second, 10n * second)
  const all = await timeline.aggregate("lab.a", 0n, always)
  timeline.setRetention([{ ...rule, rows: [{ intervalNs: 10n * second }] }])
  for (; clock.now < originNs + 2700n * second; clock.now += 200n * second) {
    await timeline.compact()
    expect(await timeline.timeline("lab.a", originNs, originNs + 2000n * second, 10n * second)).toEqual(fine)
    expect(await timeline.aggregate("lab.a", 0n, always)).toEqual(all)
  }
  await timeline.compact()
  await timeline.delete("lab.b")
  await timeline.compact()
  expect(timeline.status().runs).toBeLessThanOrEqual(3)
  for await (const problem of timeline.verify()) expect.unreachable(problem.message)
  await timeline.close()
})

test("of rows those go that reach into a range that is deleted", async () => {
  const clock = { now: originNs + 100_000n * second }
  const timeline = await filledStore(clock)
  timeline.setRetention([rule])
  await timeline.compact()
  await timeline.delete("lab.a", { beginNs: originNs + 450n * second, endNs: originNs + 650n * second })
  const { times, aggregates } = await timeline.timeline("lab.a", originNs, originNs + 2000n * second, 100n * second)
  const hundreds = Array.from(times, (ns) => Number(ns - originNs) / 1e11)
  expect(hundreds).toEqual([0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
  expect(aggregates.count.every((count) => count === 100n)).toBe(true)
  await timeline.close()
})

test("what cannot be kept is refused", async () => {
  const timeline = await filledStore({ now: originNs })
  expect(() => timeline.setRetention([{ metrics: "a", pointsNs: 0n }])).toThrow(/cannot be kept/)
  expect(() => timeline.setRetention([{ metrics: "", pointsNs: 1n }])).toThrow(
    expect.objectContaining({ code: "pattern" }),
  )
  await timeline.close()
})

import type { Columns } from "@metricq/protocol"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { Timeline } from "./timeline.js"

const originNs = 1_600_000_000_000_000_000n
const second = 1_000_000_000n
const always = 2n ** 62n

function points(...pairs: [seconds: number, value: number][]): Columns {
  return {
    times: BigInt64Array.from(pairs, ([s]) => originNs + BigInt(s) * second),
    values: Float64Array.from(pairs, ([, value]) => value),
  }
}

test("what was appended is there at once, after a checkpoint, and after opening again", async (t) => {
  const folder = await temporaryFolder(t)
  const timeline = await Timeline.open(folder)
  await timeline.append("lab.power", points([0, 1], [1, 2], [2, 3]))
  const check = async (store: Timeline) => {
    expect(store.metrics()).toEqual(["lab.power"])
    expect(store.info("lab.power")).toMatchObject({ firstNs: originNs, lastNs: originNs + 2n * second, points: 3 })
    expect(await store.raw("lab.power", 0n, always)).toEqual(points([0, 1], [1, 2], [2, 3]))
    expect(await store.aggregate("lab.power", 0n, always)).toMatchObject({ count: 3, sum: 6, integralNs: 5e9 })
    expect((await store.last("lab.power"))?.value).toBe(3)
    const rows = await store.timeline("lab.power", originNs, originNs + 10n * second, 10n * second)
    expect([rows.intervalNs, rows.times[0], rows.aggregates.maximum[0]]).toEqual([10n * second, originNs, 3])
  }
  await check(timeline)
  await timeline.checkpoint()
  await check(timeline)
  await timeline.close()
  const again = await Timeline.open(folder)
  await check(again)
  await again.append("lab.power", points([3, 4]))
  await again.close()
  const third = await Timeline.open(folder)
  expect(third.info("lab.power")?.points).toBe(4)
  await third.close()
})

test("late points, repetitions and corrections", async (t) => {
  await using timeline = await Timeline.open(await temporaryFolder(t))
  await timeline.append("lab.power", points([5, 5], [6, 6]))
  await timeline.checkpoint()
  await timeline.append("lab.power", points([1, 1], [5, 50], [6, 6], [7, Number.NaN]))
  const expected = points([1, 1], [5, 50], [6, 6], [7, Number.NaN])
  expect(await timeline.raw("lab.power", 0n, always)).toEqual(expected)
  await timeline.checkpoint()
  expect(await timeline.raw("lab.power", 0n, always)).toEqual(expected)
})

test("infinite values and impossible times are left out", async (t) => {
  await using timeline = await Timeline.open(await temporaryFolder(t))
  const times = BigInt64Array.of(-1n, 0n, 1n, 2n, 3n)
  await timeline.append("lab.power", { times, values: Float64Array.of(1, 2, 3, Number.POSITIVE_INFINITY, 5) })
  expect(await timeline.raw("lab.power", 0n, always)).toEqual({
    times: BigInt64Array.of(1n, 3n),
    values: Float64Array.of(3, 5),
  })
})

test("what cannot be is refused", async (t) => {
  const folder = await temporaryFolder(t)
  const timeline = await Timeline.open(folder)
  await expect(Timeline.open(folder)).rejects.toMatchObject({ code: "in-use" })
  await expect(timeline.append("", points([0, 1]))).rejects.toMatchObject({ code: "metric-name" })
  const uneven = { times: BigInt64Array.of(1n), values: new Float64Array(0) }
  await expect(timeline.append("lab.power", uneven)).rejects.toMatchObject({ code: "chunk-length" })
  await expect(timeline.last("lab.power")).rejects.toMatchObject({ code: "unknown-metric" })
  await timeline.close()
  await timeline.close()
  await expect(timeline.append("lab.power", points([0, 1]))).rejects.toMatchObject({ code: "closed" })
  await expect(timeline.last("lab.power")).rejects.toMatchObject({ code: "closed" })
})

test("a metric that was deleted is gone, and may begin anew", async (t) => {
  const folder = await temporaryFolder(t)
  const timeline = await Timeline.open(folder)
  await timeline.append("lab.power", points([0, 1]))
  await timeline.checkpoint()
  await timeline.append("lab.power", points([1, 1]))
  await timeline.delete("lab.power")
  expect(timeline.metrics()).toEqual([])
  await timeline.append("lab.power", points([2, 2]))
  await timeline.close()
  await using again = await Timeline.open(folder)
  expect(await again.raw("lab.power", 0n, always)).toEqual(points([2, 2]))
})

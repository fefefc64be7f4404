import { setImmediate } from "node:timers/promises"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { defaultLevelParameters } from "../level-parameters.js"
import { seededRandom } from "../testing/random.js"
import { TestDisk } from "../testing/test-disk.js"
import { Timeline } from "../timeline.js"
import type { StoreOptions } from "./options.js"

const originNs = 1_600_000_000_000_000_000n
const always = 2n ** 62n

function open(disk: TestDisk, options: Partial<StoreOptions> = {}): Promise<Timeline> {
  return Timeline.open("/store", { disk, lock: false, retryMs: 1, ...options } as Partial<StoreOptions>)
}

function points(first: number, count: number, value = 0) {
  return {
    times: BigInt64Array.from({ length: count }, (_, i) => originNs + BigInt(first + i) * 1_000_000n),
    values: Float64Array.from({ length: count }, (_, i) => value + first + i),
  }
}

const segmentFiles = (disk: TestDisk) => [...disk.files().keys()].filter((path) => path.includes("segment")).sort()

test("eight small segments become one in the background", async () => {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk)
  for (let i = 0; i < 8; i++) {
    await timeline.append("lab.a", points(i * 100, 100))
    await timeline.append(`lab.${i}`, points(0, 10))
    await timeline.checkpoint()
  }
  await expect.poll(() => timeline.status().segments).toBe(1)
  expect(timeline.status()).toMatchObject({ runs: 9, points: 880, deadBytes: 0, trouble: undefined })
  expect(await timeline.raw("lab.a", 0n, always)).toEqual(points(0, 800))
  await timeline.close()
  expect(segmentFiles(disk)).toHaveLength(1)
})

test("late points are merged into the run that they overlap, and conflicts counted once", async () => {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk, { compaction: false })
  await timeline.append("lab.a", points(0, 1000))
  await timeline.checkpoint()
  await timeline.append("lab.a", points(500, 100, 7))
  await timeline.append("lab.a", points(590, 30))
  await timeline.checkpoint()
  expect(timeline.status()).toMatchObject({ runs: 2, points: 1120, conflicts: 10 })
  await timeline.compact()
  expect(timeline.status()).toMatchObject({ runs: 1, points: 1000, conflicts: 10 + 90, untidyMetrics: 0 })
  await timeline.compact()
  expect(timeline.status().conflicts).toBe(100)
  await timeline.close()
  const again = await open(disk.afterKill())
  expect(again.status().conflicts).toBe(100)
  await again.close()
})

test("backfill makes runs that overlap no more than they must", async () => {
  const timeline = await open(new TestDisk(seededRandom(1)), { compaction: false })
  for (const first of [1000, 3000]) {
    await timeline.append("lab.a", points(first, 100))
    await timeline.checkpoint()
  }
  // Before, between, and after what is there.
  for (const first of [4000, 0, 2000]) await timeline.append("lab.a", points(first, 100))
  await timeline.checkpoint()
  expect(timeline.status()).toMatchObject({ runs: 5, untidyMetrics: 0 })
  await timeline.close()
})

test("full blocks are copied as bytes when their neighbours are merged", async () => {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk, {
    compaction: false,
    tuning: { blockPoints: 100, runPoints: 10_000, pointsPerRow: 100 },
  })
  for (const first of [0, 200, 400]) {
    await timeline.append("lab.a", points(first, 200))
    await timeline.checkpoint()
  }
  const before = segmentFiles(disk).map((path) => Buffer.from(disk.files().get(path)!))
  await timeline.compact()
  const [merged] = segmentFiles(disk).map((path) => Buffer.from(disk.files().get(path)!))
  const block = before[1]!.subarray(32, 32 + 20 + before[1]!.readUInt32LE(32 + 8))
  expect(merged!.includes(block)).toBe(true)
  expect(await timeline.raw("lab.a", 0n, always)).toEqual(points(0, 600))
  await timeline.close()
})

test("other level parameters are served from the points, and runs rewritten for them", async () => {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk, {
    compaction: false,
    tuning: { blockPoints: 100, runPoints: 10_000, pointsPerRow: 10 },
  })
  const parameters = { ...defaultLevelParameters, intervalMinNs: 100_000_000n }
  await timeline.declare("lab.a", parameters)
  await timeline.append("lab.a", points(0, 1000))
  await timeline.checkpoint()
  const rowBytes = timeline.status().bytes.rows
  expect(rowBytes).toBeGreaterThan(0)
  for (const factor of [2, 5]) {
    await timeline.declare("lab.a", { ...parameters, intervalFactor: factor })
    const interval = 100_000_000n * BigInt(factor)
    const rows = await timeline.timeline("lab.a", originNs, originNs + 1_000_000_000n, interval)
    expect(rows.intervalNs).toBe(interval)
    expect([...rows.aggregates.count]).toEqual(Array.from({ length: 10 / factor }, () => 100n * BigInt(factor)))
    expect(timeline.status().untidyMetrics).toBe(0)
  }
  await timeline.close()
  const later = disk.afterKill()
  const [before] = segmentFiles(later)
  const again = await open(later, { tuning: { blockPoints: 100, runPoints: 10_000, pointsPerRow: 10 } })
  await expect.poll(() => segmentFiles(later)).not.toContain(before)
  expect(again.status()).toMatchObject({ runs: 1, points: 1000, untidyMetrics: 0 })
  const rows = await again.timeline("lab.a", originNs, originNs + 1_000_000_000n, 500_000_000n)
  expect([...rows.aggregates.count]).toEqual([500n, 500n])
  await again.close()
})

test("a read keeps the files that it reads, and they go when it is done", async () => {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk, { compaction: false, cacheBytes: 0 })
  for (const first of [0, 100]) {
    await timeline.append("lab.a", points(first, 100))
    await timeline.checkpoint()
  }
  const old = segmentFiles(disk)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let reads = 0
  disk.faults = {
    hold: (operation, path) => (operation === "read" && path === old[1] && reads++ === 0 ? held : undefined),
  }
  const reading = timeline.raw("lab.a", 0n, always)
  await expect.poll(() => reads).toBe(1)
  await timeline.compact()
  expect(segmentFiles(disk)).toEqual(expect.arrayContaining(old))
  release()
  expect(await reading).toEqual(points(0, 200))
  await expect.poll(() => segmentFiles(disk)).toHaveLength(1)
  await timeline.close()
})

test("reads see all that was acknowledged, and nothing twice, whatever goes on meanwhile", async (t) => {
  const timeline = await Timeline.open(await temporaryFolder(t), { headBytes: 2000 })
  let acknowledged = 0
  const appending = (async () => {
    for (; acknowledged < 1200; acknowledged += 20) await timeline.append("lab.a", points(acknowledged, 20))
  })()
  await expect.poll(() => acknowledged).toBeGreaterThan(0)
  let reads = 0
  for (; acknowledged < 1200; reads++) {
    await setImmediate()
    const least = acknowledged
    const { times } = await timeline.raw("lab.a", 0n, always)
    const { count, sum } = await timeline.aggregate("lab.a", 0n, originNs + BigInt(least) * 1_000_000n)
    expect(times.length).toBeGreaterThanOrEqual(least)
    expect(times.every((ns, i) => ns === originNs + BigInt(i) * 1_000_000n)).toBe(true)
    expect([count, sum]).toEqual([least, (least * (least - 1)) / 2])
  }
  await appending
  expect(reads).toBeGreaterThan(20)
  await timeline.close()
})

test("many segments do not take many open files", async () => {
  const timeline = await open(new TestDisk(seededRandom(1)), { compaction: false, cacheBytes: 0 })
  for (let i = 0; i < 100; i++) {
    await timeline.append("lab.a", points(i * 2, 1))
    await timeline.checkpoint()
  }
  expect((await timeline.raw("lab.a", 0n, always)).times).toHaveLength(100)
  expect(timeline.status().openFiles).toBeLessThanOrEqual(64)
  await timeline.close()
})

test("a deleted metric's points leave the disk with the next merge", async () => {
  const timeline = await open(new TestDisk(seededRandom(1)), { compaction: false })
  await timeline.append("lab.a", points(0, 1000))
  await timeline.append("lab.b", points(0, 10))
  await timeline.checkpoint()
  const before = timeline.status().bytes.points
  await timeline.delete("lab.a")
  await timeline.compact()
  expect(timeline.status().bytes.points).toBeLessThan(before / 2)
  await timeline.delete("lab.b")
  await timeline.compact()
  expect(timeline.status()).toMatchObject({ metrics: 0, segments: 0, runs: 0, points: 0 })
  await timeline.close()
})

test("a disk without room for segments: appends go on up to the bounds, are refused then, and taken again when there is room", async () => {
  const disk = new TestDisk(seededRandom(1))
  const timeline = await open(disk, { headBytes: 20_000, journalBytes: 1 << 30 })
  let stored = 0
  const append = async () => {
    await timeline.append("lab.a", points(stored, 100))
    stored += 100
  }
  await append()
  disk.faults = {
    before: (operation, path) => {
      if (operation === "write" && path.includes("segment")) throw Object.assign(new Error("full"), { code: "ENOSPC" })
    },
  }
  await expect(async () => {
    for (let i = 0; i < 1000; i++) await append()
  }).rejects.toMatchObject({ code: "disk-full" })
  expect(stored).toBeGreaterThan(1000)
  expect(timeline.status()).toMatchObject({ segments: 0, trouble: expect.stringContaining("the disk is full") })
  expect(timeline.status().headBytes).toBeLessThan(80_000)
  expect(await timeline.raw("lab.a", 0n, always)).toEqual(points(0, stored))
  disk.faults = {}
  await expect
    .poll(() =>
      append().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
  await expect.poll(() => timeline.status().trouble).toBeUndefined()
  expect(await timeline.raw("lab.a", 0n, always)).toEqual(points(0, stored))
  await timeline.close()
})

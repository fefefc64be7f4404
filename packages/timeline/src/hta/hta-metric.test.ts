import { appendFile, truncate } from "node:fs/promises"
import { temporaryFolder } from "@metricq/testkit"
import fc from "fast-check"
import { expect, test } from "vitest"
import { readHtaArchive } from "./hta-archive.js"
import { type HtaDamage, HtaDamageReport } from "./hta-damage.js"
import type { HtaMetric, HtaReadOptions } from "./hta-metric.js"
import { pointsOf, rawFile, recordedArchive, writeRaw } from "./testing/archive-files.js"
import type { NaivePoint } from "./testing/naive-rows.js"

async function onlyMetric(folder: string): Promise<HtaMetric> {
  const { metrics } = await readHtaArchive(folder)
  expect(metrics).toHaveLength(1)
  return metrics[0]!
}

async function readAll(
  metric: HtaMetric,
  options?: HtaReadOptions,
): Promise<{ points: NaivePoint[]; endOffset: number | undefined; damage: HtaDamage[] }> {
  const report = new HtaDamageReport()
  const points: NaivePoint[] = []
  let endOffset: number | undefined
  for await (const columns of metric.read(report, options)) {
    points.push(...pointsOf(columns))
    endOffset = columns.endOffset
  }
  return { points, endOffset, damage: report.entries }
}

test("the recorded points are read with what their header says", async () => {
  const { metrics } = await readHtaArchive(recordedArchive, { select: (name) => name === "cap.a" })
  const metric = metrics[0]!
  expect(metric.points).toBe(8)
  expect(metric.parameters).toEqual({
    intervalMinNs: 10_000_000_000n,
    intervalMaxNs: 1_000_000_000_000n,
    intervalFactor: 10,
    maxGapNs: undefined,
  })
  const { points, damage, endOffset } = await readAll(metric)
  expect(damage).toEqual([])
  expect(endOffset).toBe(metric.sizeBytes)
  expect(points[0]).toEqual([1_600_000_003_000_000_000n, 1])
  expect(points.map(([, value]) => value)).toEqual([1, 2, 3, 4, 5, 6, 7, 8.5])
})

test("a file cut after any byte is read as far as it goes", async (t) => {
  const folder = await temporaryFolder(t)
  const points = Array.from({ length: 5 }, (_, index): NaivePoint => [BigInt(index + 1) * 3000n, index])
  const bytes = rawFile(points)
  const path = await writeRaw(folder, "lab.a", bytes)
  for (let size = bytes.length; size >= 80; size -= 1) {
    await truncate(path, size)
    const { points: read, damage } = await readAll(await onlyMetric(folder))
    const whole = Math.floor((size - 80) / 16)
    expect(read).toEqual(points.slice(0, whole))
    const torn = (size - 80) % 16
    expect(damage.map(({ kind, file, offset, count }) => ({ kind, file, offset, count }))).toEqual(
      torn === 0 ? [] : [{ kind: "torn", file: path, offset: 80 + 16 * whole, count: 1 }],
    )
  }
})

test("records that no file should hold are counted with the place of the first, and the others are read", async (t) => {
  const folder = await temporaryFolder(t)
  const records: NaivePoint[] = [
    [1000n, 1],
    [0n, 0],
    [2000n, Number.NaN],
    [3000n, Number.POSITIVE_INFINITY],
    [3000n, 3],
    [2500n, 2.5],
    [2500n, 2.6],
    [-7n, 4],
    [0n, 0],
    [4000n, Number.NEGATIVE_INFINITY],
    [5000n, 5],
  ]
  const file = await writeRaw(folder, "lab.a", rawFile(records))
  const expected: HtaDamage[] = [
    { kind: "no-time", file, offset: 96, count: 3 },
    { kind: "nan", file, offset: 112, count: 1 },
    { kind: "infinite", file, offset: 128, count: 2 },
    { kind: "unordered", file, offset: 160, count: 2 },
  ]
  const kept = await readAll(await onlyMetric(folder))
  expect(kept.points).toEqual([0, 2, 4, 5, 6, 10].map((index) => records[index]))
  expect(kept.damage).toEqual(expected)
  const dropped = await readAll(await onlyMetric(folder), { unordered: "drop" })
  expect(dropped.points).toEqual([0, 2, 4, 10].map((index) => records[index]))
  expect(dropped.damage).toEqual(expected)
})

test("times on both sides of every word boundary are in order", async (t) => {
  const folder = await temporaryFolder(t)
  const times = [1n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 33n, 2n ** 63n - 1n]
  const points = times.map((timeNs, index): NaivePoint => [timeNs, index])
  await writeRaw(folder, "lab.a", rawFile(points))
  expect(await readAll(await onlyMetric(folder))).toMatchObject({ points, damage: [] })
  await writeRaw(folder, "lab.a", rawFile([...points].reverse()))
  const backwards = await readAll(await onlyMetric(folder), { unordered: "drop" })
  expect(backwards.points).toEqual([[2n ** 63n - 1n, 6]])
  expect(backwards.damage).toMatchObject([{ kind: "unordered", count: 6 }])
})

test("reading goes on where it ended, also in a file that has grown", async (t) => {
  const folder = await temporaryFolder(t)
  const points = Array.from({ length: 70_000 }, (_, index): NaivePoint => [BigInt(index + 1) * 1000n, index])
  const path = await writeRaw(folder, "lab.a", rawFile(points.slice(0, 69_000)))
  const metric = await onlyMetric(folder)
  const ends: number[] = []
  for await (const { endOffset } of metric.read(new HtaDamageReport())) ends.push(endOffset)
  expect(ends).toEqual([80 + 16 * 65_536, 80 + 16 * 69_000])
  await appendFile(path, rawFile(points.slice(69_000)).subarray(80))
  const rest = await readAll(metric, { fromOffset: ends[0] })
  expect(rest.points).toEqual(points.slice(65_536))
  expect(await metric.timeBefore(ends[0]!)).toBe(65_536_000n)
  expect(await metric.timeBefore(80)).toBeUndefined()
  expect(await metric.timeBefore(10 ** 9)).toBeUndefined()
})

test("order is watched across a resumption", async (t) => {
  const folder = await temporaryFolder(t)
  await writeRaw(folder, "lab.a", rawFile([5000n, 4000n, 6000n].map((timeNs) => [timeNs, 1])))
  const { damage } = await readAll(await onlyMetric(folder), { fromOffset: 96 })
  expect(damage).toMatchObject([{ kind: "unordered", offset: 96 }])
})

test("a longer header is passed over", async (t) => {
  const folder = await temporaryFolder(t)
  const bytes = rawFile([[7000n, 7]])
  const longer = Buffer.concat([bytes.subarray(0, 80), Buffer.alloc(20, 0xee), bytes.subarray(80)])
  longer.writeBigUInt64LE(76n, 16)
  await writeRaw(folder, "lab.a", longer)
  expect(await readAll(await onlyMetric(folder))).toMatchObject({ points: [[7000n, 7]], damage: [], endOffset: 116 })
})

test("any bytes behind the header are read without an error", async (t) => {
  const folder = await temporaryFolder(t)
  const header = rawFile([])
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await writeRaw(folder, "lab.a", Buffer.concat([header, bytes]))
      const { points } = await readAll(await onlyMetric(folder))
      for (const [timeNs, value] of points) {
        expect(timeNs).toBeGreaterThan(0n)
        expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY)
      }
    }),
    { numRuns: 50 },
  )
})

test("an aborted read ends with the reason", async () => {
  const { metrics } = await readHtaArchive(recordedArchive, { select: (name) => name === "cap.a" })
  const reason = new Error("enough")
  await expect(readAll(metrics[0]!, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

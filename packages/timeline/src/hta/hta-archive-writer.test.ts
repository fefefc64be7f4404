import { mkdir, readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import fc from "fast-check"
import { expect, test } from "vitest"
import { defaultLevelParameters, levelIntervals } from "../level-parameters.js"
import { checkHtaLevels } from "./check-levels.js"
import { readHtaArchive } from "./hta-archive.js"
import { HtaArchiveWriter } from "./hta-archive-writer.js"
import { HtaDamageReport } from "./hta-damage.js"
import { columnsOf, filesBelow, pointsOf, recordedArchive, rowsOf } from "./testing/archive-files.js"
import { type NaivePoint, naiveRows } from "./testing/naive-rows.js"

const small = { intervalMinNs: 1000n, intervalMaxNs: 60_000n, intervalFactor: 4, maxGapNs: undefined }

test("the recorded archive, written anew from its points, is the same byte for byte", async (t) => {
  const folder = await temporaryFolder(t)
  const writer = new HtaArchiveWriter(join(folder, "archive"))
  for (const metric of (await readHtaArchive(recordedArchive)).metrics) {
    const report = new HtaDamageReport()
    const copy = await writer.metric(metric.name, metric.parameters)
    for await (const columns of metric.read(report)) await copy.append(columns)
    await copy.close()
    expect(report.entries).toEqual([])
  }
  const expected = await filesBelow(recordedArchive)
  // A metric without points has no levels; this file came into being when somebody asked for rows.
  expect(expected.get("cap.empty/10000000000.hta")).toHaveLength(80)
  expected.delete("cap.empty/10000000000.hta")
  expect(await filesBelow(join(folder, "archive"))).toEqual(expected)
})

test("points written in any pieces are read again, and all levels are what the points say", async (t) => {
  const folder = await temporaryFolder(t)
  const steps = fc.oneof(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 1, max: 9000 }),
    fc.constantFrom(1000, 4000),
  )
  const point = fc.tuple(steps, fc.integer({ min: -1000, max: 1000 }))
  let runs = 0
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(point, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 60 }),
      async (begin, steps, piece) => {
        const points: NaivePoint[] = []
        for (const [step, value] of steps) points.push([(points.at(-1)?.[0] ?? BigInt(begin)) + BigInt(step), value])
        const archive = join(folder, String(runs++))
        const metric = await new HtaArchiveWriter(archive).metric("lab.a", small)
        for (let at = 0; at < points.length; at += piece) await metric.append(columnsOf(points.slice(at, at + piece)))
        const written = await metric.close()
        expect(written).toMatchObject({ points: points.length, notFinite: 0 })
        await expectArchive(archive, points)
      },
    ),
  )
})

async function expectArchive(archive: string, points: readonly NaivePoint[]): Promise<void> {
  const report = new HtaDamageReport()
  const { metrics } = await readHtaArchive(archive)
  const read: NaivePoint[] = []
  for await (const columns of metrics[0]!.read(report)) read.push(...pointsOf(columns))
  expect(read).toEqual(points)
  const files = await filesBelow(join(archive, "lab.a"))
  for (const intervalNs of levelIntervals(small)) {
    const file = files.get(`${intervalNs}.hta`)
    expect(file ? rowsOf(file) : []).toEqual(naiveRows(points, intervalNs))
  }
  await checkHtaLevels(metrics[0]!, report)
  expect(report.entries).toEqual([])
}

test("rows of years and points at the ends of time are exact", async (t) => {
  const folder = await temporaryFolder(t)
  const year = 31_536_000_000_000_000n
  const parameters = { ...defaultLevelParameters, intervalMinNs: 2n ** 45n * 10n, intervalMaxNs: year * 100n }
  const points: NaivePoint[] = [
    [1n, 3],
    [3n * year + 1n, 5],
    [100n * year, 7],
    [2n ** 63n - 1n, 11],
  ]
  const metric = await new HtaArchiveWriter(folder).metric("lab.a", parameters)
  await metric.append(columnsOf(points))
  await metric.close()
  const files = await filesBelow(join(folder, "lab.a"))
  for (const intervalNs of levelIntervals(parameters)) {
    const expected = naiveRows(points, intervalNs)
    const rows = rowsOf(files.get(`${intervalNs}.hta`)!)
    expect(rows.map(({ startNs, activeNs }) => [startNs, activeNs])).toEqual(
      expected.map(({ startNs, activeNs }) => [startNs, activeNs]),
    )
    for (const [index, { integral }] of expected.entries()) {
      expect(Math.abs(rows[index]!.integral / integral - 1)).toBeLessThan(1e-12)
    }
  }
})

test("a gap is filled row by row through all buffers, and one that is too long is refused with a word on what to do", async (t) => {
  const folder = await temporaryFolder(t)
  const writer = new HtaArchiveWriter(folder, { maxGapRows: 5000 })
  const points: NaivePoint[] = [
    [500n, 1],
    [5_000_400n, 2],
    [5_000_500n, 3],
  ]
  const metric = await writer.metric("lab.a", small)
  await metric.append(columnsOf(points))
  await metric.close()
  const files = await filesBelow(join(folder, "lab.a"))
  expect(rowsOf(files.get("1000.hta")!)).toEqual(naiveRows(points, 1000n))
  expect(rowsOf(files.get("16000.hta")!)).toEqual(naiveRows(points, 16_000n))

  const refused = await writer.metric("lab.b", small)
  await refused.append(columnsOf(points.slice(0, 1)))
  const append = refused.append(columnsOf([[5_002_000n, 2]]))
  await expect(append).rejects.toMatchObject({ code: "hta-gap" })
  await expect(append).rejects.toThrow(/5002 rows of 1000 ns \(1 MB\): take a longer interval_min/)
  await refused.discard()
  expect(await readdir(folder)).toEqual(["lab.a"])
})

test("values that the original's database does not take are left out", async (t) => {
  const folder = await temporaryFolder(t)
  const metric = await new HtaArchiveWriter(folder).metric("lab.a", small)
  await metric.append(
    columnsOf([
      [1n, Number.NaN],
      [2n, 2],
      [3n, Number.NEGATIVE_INFINITY],
      [4n, 4],
    ]),
  )
  expect(await metric.close()).toEqual({ points: 2, notFinite: 2, rows: 0, bytes: 112 })
  expect(await readdir(join(folder, "lab.a"))).toEqual(["raw.hta"])
})

test("points must be later than all before", async (t) => {
  const folder = await temporaryFolder(t)
  const metric = await new HtaArchiveWriter(folder).metric("lab.a", small)
  await expect(metric.append(columnsOf([[0n, 1]]))).rejects.toMatchObject({ code: "non-monotonic" })
  await metric.append(columnsOf([[5000n, 1]]))
  await expect(metric.append(columnsOf([[5000n, 1]]))).rejects.toMatchObject({ code: "non-monotonic" })
})

test("names must be paths below the archive, and what is there is never written over", async (t) => {
  const folder = await temporaryFolder(t)
  const writer = new HtaArchiveWriter(folder)
  for (const name of ["", ".", "..", "a/../../b", "/a", "a//b", "a\0b"]) {
    await expect(writer.metric(name, small)).rejects.toMatchObject({ code: "metric-name" })
  }
  await (await writer.metric("a/b", small)).close()
  expect(await readdir(join(folder, "a", "b"))).toEqual(["raw.hta"])
  await expect(writer.metric("a/b", small)).rejects.toMatchObject({ code: "hta-exists" })
  await mkdir(join(folder, "c"))
  await writeFile(join(folder, "c", "raw.hta"), "precious")
  await expect(writer.metric("c", small)).rejects.toMatchObject({ code: "hta-exists" })
  expect((await filesBelow(folder)).get("c/raw.hta")).toEqual(Buffer.from("precious"))
})

test("a disk that fails is named", async (t) => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, "file"), "")
  const below = new HtaArchiveWriter(join(folder, "file", "archive")).metric("lab.a", small)
  await expect(below).rejects.toMatchObject({ name: "StorageError", code: "io" })
  const metric = await new HtaArchiveWriter(folder).metric("lab.a", small)
  await rm(join(folder, "lab.a"), { recursive: true })
  await metric.append(columnsOf([[1n, 1]]))
  await expect(metric.close()).rejects.toMatchObject({ name: "StorageError" })
})

import { open, rm, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type TestScope, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { checkHtaLevels } from "./check-levels.js"
import { readHtaArchive } from "./hta-archive.js"
import { HtaArchiveWriter } from "./hta-archive-writer.js"
import { HtaDamageReport } from "./hta-damage.js"
import { columnsOf, recordedArchive } from "./testing/archive-files.js"
import type { NaivePoint } from "./testing/naive-rows.js"

const parameters = { intervalMinNs: 1000n, intervalMaxNs: 100_000n, intervalFactor: 10, maxGapNs: undefined }

/** An archive with one metric of 3000 rows at the lowest level. */
async function archive(t: TestScope): Promise<{ folder: string; check: () => Promise<unknown[]> }> {
  const folder = await temporaryFolder(t)
  const points = Array.from({ length: 6001 }, (_, index): NaivePoint => [BigInt(index + 1) * 500n, index])
  const writer = await new HtaArchiveWriter(folder).metric("lab.a", parameters)
  await writer.append(columnsOf(points))
  await writer.close()
  const check = async (): Promise<unknown[]> => {
    const report = new HtaDamageReport()
    await checkHtaLevels((await readHtaArchive(folder)).metrics[0]!, report)
    return report.entries.map(({ kind, file, offset, count }) => [kind, file.split("/").at(-1), offset, count])
  }
  return { folder: join(folder, "lab.a"), check }
}

async function overwrite(path: string, offset: number, byte: number): Promise<void> {
  const file = await open(path, "r+")
  await file.write(Uint8Array.of(byte), 0, 1, offset)
  await file.close()
}

test("the levels of the recorded archive are what its points say", async () => {
  const report = new HtaDamageReport()
  for (const metric of (await readHtaArchive(recordedArchive)).metrics) await checkHtaLevels(metric, report)
  expect(report.entries).toEqual([])
})

test("rows that say something else are counted with the place of the first", async (t) => {
  const { folder, check } = await archive(t)
  expect(await check()).toEqual([])
  await overwrite(join(folder, "1000.hta"), 80 + 56 * 7 + 15, 0x3f)
  await overwrite(join(folder, "1000.hta"), 80 + 56 * 2999 + 32, 200)
  expect(await check()).toEqual([["level-row", "1000.hta", 80 + 56 * 7, 2]])
})

test("the last digits of a sum may differ", async (t) => {
  const { folder, check } = await archive(t)
  await overwrite(join(folder, "1000.hta"), 80 + 56 * 7 + 24, 0xff)
  expect(await check()).toEqual([])
})

test("levels that lag behind the points or run ahead of them are told", async (t) => {
  const { folder, check } = await archive(t)
  await truncate(join(folder, "10000.hta"), 80 + 56 * 290 + 9)
  await rm(join(folder, "100000.hta"))
  expect(await check()).toEqual([
    ["torn", "10000.hta", 80 + 56 * 290, 1],
    ["level-short", "10000.hta", 80 + 56 * 290, 10],
    ["level-short", "100000.hta", 0, 30],
  ])
  await truncate(join(folder, "raw.hta"), 80 + 16 * 100)
  expect(await check()).toContainEqual(["level-long", "1000.hta", 80 + 56 * 50, 2950])
})

test("a level file with another header is told", async (t) => {
  const { folder, check } = await archive(t)
  await writeFile(join(folder, "1000.hta"), "nothing of the kind")
  await overwrite(join(folder, "10000.hta"), 32, 1)
  expect(await check()).toEqual([
    ["header", "1000.hta", 0, 1],
    ["header", "10000.hta", 0, 1],
    ["level-short", "1000.hta", 0, 3000],
    ["level-short", "10000.hta", 0, 300],
  ])
})

import { appendFile, mkdir, readFile, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "@metricq/testkit"
import { HtaArchiveWriter, StorageError } from "@metricq/timeline"
import { expect, test } from "vitest"
import type { ImportProgress } from "./import-control.js"
import { importHta } from "./import-hta.js"
import { MemorySink } from "./testing/memory-sink.js"

const recorded = fileURLToPath(new URL("../../../timeline/fixtures/hta-archive", import.meta.url))
const parameters = { intervalMinNs: 1_000_000n, intervalMaxNs: 100_000_000n, intervalFactor: 10, maxGapNs: undefined }

/** Add a metric with points at 1, 2, … μs whose values are their numbers. */
async function writeMetric(archive: string, name: string, count: number): Promise<string> {
  const writer = await new HtaArchiveWriter(archive).metric(name, parameters)
  const index = Array.from({ length: count }, (_, i) => i)
  await writer.append({
    times: BigInt64Array.from(index, (i) => BigInt(i + 1) * 1000n),
    values: Float64Array.from(index),
  })
  await writer.close()
  return join(archive, name, "raw.hta")
}

test("the recorded archive is imported with the aggregation that it has", async () => {
  const sink = new MemorySink()
  const progress: ImportProgress[] = []
  const report = await importHta(recorded, sink, {}, { onProgress: (each) => progress.push(each) })
  expect(report).toMatchObject({ kind: "hta", points: 259, metrics: 4, totalBytes: 4464, skipped: [], damage: [] })
  expect(sink.points.get("cap.a")?.map(([, value]) => value)).toEqual([1, 2, 3, 4, 5, 6, 7, 8.5])
  expect(sink.points.get("cap.one")).toEqual([[1_600_000_003_000_000_000n, 42]])
  expect(sink.parameters.get("cap.empty")).toEqual({
    intervalMinNs: 10_000_000_000n,
    intervalMaxNs: 1_000_000_000_000n,
    intervalFactor: 10,
    maxGapNs: undefined,
  })
  expect(progress[0]).toMatchObject({ totalBytes: 4464 })
})

test("metrics are selected and renamed; a name that cannot be is told", async (t) => {
  const folder = await temporaryFolder(t)
  for (const name of ["old.a.power", "old.b.power", "old.b.temperature", "old."]) await writeMetric(folder, name, 3)
  const sink = new MemorySink()
  const report = await importHta(folder, sink, {
    select: ["old.**"],
    exclude: ["/temp/"],
    strip: "old.",
    prefix: "lab.",
  })
  expect([...sink.points.keys()].sort()).toEqual(["lab.a.power", "lab.b.power"])
  expect(report).toMatchObject({ points: 6, metrics: 2 })
  expect(report.skipped).toEqual([{ reason: 'nothing is left of the name "old."', count: 1, first: "old." }])
})

test("damaged files are imported as far as they go, and told", async (t) => {
  const folder = await temporaryFolder(t)
  const torn = await writeMetric(folder, "lab.torn", 5)
  await appendFile(torn, "torn")
  await mkdir(join(folder, "lab.lost"))
  await writeFile(join(folder, "lab.lost", "1000000.hta"), "")
  await mkdir(join(folder, "lab.other"))
  await writeFile(join(folder, "lab.other", "raw.hta"), "time,value\n1,2\n".repeat(20))
  const wrong = await writeMetric(folder, "lab.wrong", 5)
  const header = await readFile(wrong)
  header.writeBigInt64LE(1n, 64)
  await writeFile(wrong, header)
  const sink = new MemorySink()
  const { points, damage } = await importHta(folder, sink)
  expect(points).toBe(10)
  expect(sink.parameters.get("lab.wrong")?.intervalFactor).toBe(10)
  expect(damage.map(({ kind, file }) => `${kind} ${file.slice(folder.length + 1)}`).sort()).toEqual([
    "header lab.other/raw.hta",
    "missing-raw lab.lost",
    "parameters lab.wrong/raw.hta",
    "torn lab.torn/raw.hta",
  ])
})

test("level files are compared where that is asked for", async (t) => {
  const folder = await temporaryFolder(t)
  const raw = await writeMetric(folder, "lab.a", 5000)
  await appendFile(raw, "torn")
  await truncate(join(folder, "lab.a", "1000000.hta"), 80 + 56 * 3)
  expect((await importHta(folder, new MemorySink())).damage.map(({ kind }) => kind)).toEqual(["torn"])
  const { damage } = await importHta(folder, new MemorySink(), { checkLevels: true })
  expect(damage.map(({ kind, count }) => [kind, count])).toEqual([
    ["torn", 1],
    ["level-short", 2],
  ])
})

test("an import that was stopped goes on where it was, and a repeated one reads only what is new", async (t) => {
  const folder = await temporaryFolder(t)
  const stateFile = join(await temporaryFolder(t), "state", "import.jsonl")
  const raw = await writeMetric(folder, "lab.a", 300_000)
  const size = 80 + 16 * 300_000
  const sink = new MemorySink()
  const stop = new AbortController()
  const reason = new Error("stopped")
  sink.beforeStore = () => {
    if (sink.appends === 3) stop.abort(reason)
  }
  await expect(importHta(folder, sink, {}, { stateFile, signal: stop.signal })).rejects.toBe(reason)
  const before = sink.points.get("lab.a")?.length ?? 0
  expect(before).toBeGreaterThanOrEqual(65_536 * 2)
  expect(before).toBeLessThan(300_000)

  const again = new MemorySink()
  const report = await importHta(folder, again, {}, { stateFile })
  expect(report).toMatchObject({ points: 300_000 - before, resumedBytes: 80 + 16 * before, totalBytes: size })
  expect(again.values("lab.a")[0]).toBe(before)

  await appendFile(raw, Buffer.from(BigInt64Array.of(10n ** 15n, 0n).buffer))
  const grown = new MemorySink()
  expect(await importHta(folder, grown, {}, { stateFile })).toMatchObject({ points: 1, resumedBytes: size })
  expect(grown.points.get("lab.a")).toEqual([[10n ** 15n, 0]])

  const restarted = await importHta(folder, new MemorySink(), { restart: true }, { stateFile })
  expect(restarted).toMatchObject({ points: 300_001, resumedBytes: 0 })
})

test("what is remembered of another file or another import does not count", async (t) => {
  const folder = await temporaryFolder(t)
  const stateFile = join(await temporaryFolder(t), "import.jsonl")
  const raw = await writeMetric(folder, "lab.a", 10)
  await importHta(folder, new MemorySink(), {}, { stateFile })
  const bytes = await readFile(raw)
  bytes.writeBigInt64LE(9999n, bytes.length - 16)
  await writeFile(raw, bytes)
  expect(await importHta(folder, new MemorySink(), {}, { stateFile })).toMatchObject({ points: 10 })
  expect(await importHta(folder, new MemorySink(), { prefix: "x." }, { stateFile })).toMatchObject({ points: 10 })
  expect(await importHta(folder, new MemorySink(), { prefix: "x." }, { stateFile })).toMatchObject({ points: 0 })
})

test("no more bytes are under way than allowed", async (t) => {
  const folder = await temporaryFolder(t)
  for (const name of ["lab.a", "lab.b", "lab.c"]) await writeMetric(folder, name, 200_000)
  const sink = new MemorySink()
  sink.beforeStore = () => new Promise((resolve) => setImmediate(resolve))
  const report = await importHta(folder, sink, {}, { maxBytesInFlight: 3 * 2 ** 20 })
  expect(report.points).toBe(600_000)
  expect(sink.mostInFlight).toBeGreaterThan(2 ** 20)
  expect(sink.mostInFlight).toBeLessThanOrEqual(3 * 2 ** 20)
})

test("a sink that is busy is asked again", async (t) => {
  const folder = await temporaryFolder(t)
  await writeMetric(folder, "lab.a", 200_000)
  const sink = new MemorySink()
  sink.beforeStore = () => {
    if (sink.appends % 2 === 1) throw new StorageError("busy", "later")
  }
  expect(await importHta(folder, sink)).toMatchObject({ points: 200_000 })
  expect(sink.values("lab.a")).toHaveLength(200_000)

  const stop = new AbortController()
  const reason = new Error("stopped")
  sink.beforeStore = () => {
    stop.abort(reason)
    throw new StorageError("busy", "later")
  }
  await expect(importHta(folder, sink, {}, { signal: stop.signal })).rejects.toBe(reason)
})

test("a failing sink ends the import, after everything handed over has come to an end", async (t) => {
  const folder = await temporaryFolder(t)
  for (const name of ["lab.a", "lab.b", "lab.c"]) await writeMetric(folder, name, 200_000)
  const sink = new MemorySink()
  const full = new Error("disk full")
  sink.beforeStore = async () => {
    if (sink.appends === 4) throw full
    await new Promise((resolve) => setImmediate(resolve))
  }
  await expect(importHta(folder, sink)).rejects.toBe(full)
  expect(sink.inFlight).toBe(0)
})

test("a folder that is none is refused", async (t) => {
  const folder = await temporaryFolder(t)
  await expect(importHta(join(folder, "none"), new MemorySink())).rejects.toMatchObject({ code: "hta-folder" })
})

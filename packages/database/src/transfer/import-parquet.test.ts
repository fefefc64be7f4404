import { readFile, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Timestamp } from "@metricq/client"
import { type TestScope, temporaryFolder } from "@metricq/testkit"
import { parquetWriteBuffer } from "hyparquet-writer"
import { expect, test } from "vitest"
import { importParquet } from "./import-parquet.js"
import type { ParquetImportSettings } from "./import-settings.js"
import { MemorySink } from "./testing/memory-sink.js"

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"]

const recorded = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/parquet/${name}.parquet`, import.meta.url))

async function imported(path: string, settings?: ParquetImportSettings) {
  const sink = new MemorySink()
  const report = await importParquet(path, sink, settings)
  const points = Object.fromEntries(
    [...sink.points].map(([metric, all]) => [metric, all.map(([ns, value]) => [Timestamp.fromNs(ns).toIso(), value])]),
  )
  return { points, report, sink }
}

async function written(t: TestScope, columnData: Columns, rowGroupSize = 1000): Promise<string> {
  const path = join(await temporaryFolder(t), "points.parquet")
  await writeFile(path, Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize })))
  return path
}

test("a table of pandas: a column a metric, with nulls and a column of text", async () => {
  const { points, report } = await imported(recorded("pandas-wide"))
  const [a, b, c, d] = ["", ".500", "", ".500"].map((ms, i) => `2026-11-23T10:00:0${i >> 1}${ms}Z`)
  expect(points).toEqual({
    "lab.a": [
      [a, 1],
      [b, 2.5],
      [d, -4],
    ],
    "lab.b": [
      [a, 1],
      [c, 3],
      [d, 4],
    ],
    "lab.on": [
      [a, 1],
      [b, 0],
      [c, 1],
      [d, 1],
    ],
  })
  expect(report).toMatchObject({ kind: "parquet", points: 10, metrics: 3 })
  expect(report.skipped).toEqual([{ reason: "columns that hold no numbers", count: 1, first: "host" }])
})

test("a point a row, by the nanosecond, gzip", async () => {
  expect((await imported(recorded("pyarrow-long"))).points).toEqual({
    "lab.a": [["2026-11-23T10:00:00.000000001Z", 1.5]],
    "lab.b": [["2026-11-23T10:00:00.500Z", Number.NaN]],
  })
})

test("a table of DuckDB, with decimals, lz4", async () => {
  const { points } = await imported(recorded("duckdb-long"), { strip: "lab.", prefix: "x." })
  expect(points["x.1"]).toEqual([
    ["2026-11-23T10:00:01Z", 0.25],
    ["2026-11-23T10:00:03Z", 0.75],
    ["2026-11-23T10:00:05Z", 1.25],
  ])
})

test("a table of Polars, times as whole numbers of what they look like, zstd", async () => {
  const path = recorded("polars-integers")
  const { points } = await imported(path, { metric: "lab.a" })
  expect(points).toEqual({
    "lab.a": [
      ["2026-11-23T10:00:00Z", 1],
      ["2026-11-23T10:00:00.500Z", 2],
    ],
  })
  const asSeconds = imported(path, { unit: "s" })
  await expect(asSeconds).rejects.toThrow(/row 0, column time: 1795428000000 s is beyond the year 2262/)
})

test("times of 96 bits, brotli, and times as text", async () => {
  const { points } = await imported(recorded("int96"))
  expect(points["lab.a"]?.[0]).toEqual(["2026-11-23T10:00:00.000000001Z", 1])
  expect((await imported(recorded("text-times"))).points["lab.a"]).toEqual([
    ["2026-11-23T10:00:00Z", 1],
    ["2026-11-23T10:00:01Z", 2],
  ])
})

test("what cannot be a point is counted with its row", async (t) => {
  const path = await written(t, [
    { name: "time", data: [0n, 1_700_000_000n, 1_700_000_001n, null], type: "INT64" },
    { name: "lab.a", data: [1, Number.POSITIVE_INFINITY, 3, 4], type: "DOUBLE" },
  ])
  const { points, report } = await imported(path, { unit: "s" })
  expect(points).toEqual({ "lab.a": [["2023-11-14T22:13:21Z", 3]] })
  expect(report.skipped).toEqual([
    { reason: "times that are not after 1970-01-01", count: 2, first: "row 0" },
    { reason: "infinite values", count: 1, first: "row 1" },
  ])
})

test("files that cannot be read, and columns that say nothing, are refused by name", async (t) => {
  const folder = await temporaryFolder(t)
  const path = join(folder, "x.parquet")
  await expect(imported(path)).rejects.toMatchObject({ code: "import-file" })
  await writeFile(path, "time,lab.a\n1,2\n")
  await expect(imported(path)).rejects.toMatchObject({ code: "parquet", message: expect.stringContaining(path) })
  await writeFile(path, await readFile(recorded("pandas-wide")))
  await truncate(path, 3000)
  await expect(imported(path)).rejects.toMatchObject({ code: "parquet" })
  await expect(imported(recorded("pandas-wide"), { time: "when" })).rejects.toMatchObject({ code: "parquet-form" })
  await expect(imported(recorded("pandas-wide"), { time: "lab.a" })).rejects.toThrow(/column lab.a holds no times/)
  await expect(imported(recorded("pandas-wide"), { metric: "x" })).rejects.toThrow(/can be in any of the columns/)
  await expect(imported(recorded("pandas-wide"), { form: "long" })).rejects.toThrow(/needs columns metric and value/)
})

test("an import that was stopped goes on where it was", async (t) => {
  const index = Array.from({ length: 600_000 }, (_, i) => i)
  const columns: Columns = [
    { name: "time", data: BigInt64Array.from(index, (i) => BigInt(i + 1) * 1000n), type: "INT64" },
    { name: "lab.a", data: Float64Array.from(index), type: "DOUBLE" },
    { name: "lab.b", data: Float64Array.from(index, (i) => -i), type: "DOUBLE" },
  ]
  const path = await written(t, columns, 300_000)
  const stateFile = join(await temporaryFolder(t), "state.jsonl")
  const sink = new MemorySink()
  const stop = new AbortController()
  sink.beforeStore = () => {
    if (sink.appends === 5) stop.abort(new Error("stopped"))
  }
  const settings = { unit: "ns" } as const
  await expect(importParquet(path, sink, settings, { stateFile, signal: stop.signal })).rejects.toThrow("stopped")
  const report = await importParquet(path, sink, settings, { stateFile })
  expect(report.resumedBytes).toBeGreaterThan(report.totalBytes / 3)
  expect(report.points).toBe(2 * 300_000)
  expect(sink.values("lab.a")).toEqual(index)
  expect(sink.values("lab.b")).toHaveLength(600_000)
  expect(await importParquet(path, sink, settings, { stateFile })).toMatchObject({ points: 0 })
})

import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Timestamp } from "@metricq/client"
import { type TestScope, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { importCsv } from "./import-csv.js"
import type { CsvImportSettings } from "./import-settings.js"
import { MemorySink } from "./testing/memory-sink.js"

async function fileOf(t: TestScope, text: string): Promise<string> {
  const path = join(await temporaryFolder(t), "points.csv")
  await writeFile(path, text)
  return path
}

async function imported(t: TestScope, text: string, settings?: CsvImportSettings) {
  const sink = new MemorySink()
  const report = await importCsv(await fileOf(t, text), sink, settings)
  const points = Object.fromEntries(
    [...sink.points].map(([metric, all]) => [metric, all.map(([ns, value]) => [Timestamp.fromNs(ns).toIso(), value])]),
  )
  return { points, report, sink }
}

test("a point a row", async (t) => {
  const { points, report, sink } = await imported(
    t,
    `time,metric,value
2026-11-23T10:00:00Z,lab.a,1.5
2026-11-23 11:00:00.000000001+01:00,"lab.b",-2e3
2026-11-23T10:00:01Z,lab.a,nan
2026-11-23T10:00:02Z,lab.a,
2026-11-23T10:00:03Z,lab.a,-Inf
1969-12-31T23:59:59Z,lab.a,7
`,
  )
  expect(points).toEqual({
    "lab.a": [
      ["2026-11-23T10:00:00Z", 1.5],
      ["2026-11-23T10:00:01Z", Number.NaN],
    ],
    "lab.b": [["2026-11-23T10:00:00.000000001Z", -2000]],
  })
  expect(report).toMatchObject({ kind: "csv", points: 3, metrics: 2, resumedBytes: 0 })
  expect(sink.declared).toBe(2)
  expect(report.skipped).toEqual([
    { reason: "infinite values", count: 1, first: "line 6" },
    { reason: "times that are not after 1970-01-01", count: 1, first: "line 7" },
  ])
})

test("a column a metric, selected and renamed", async (t) => {
  const text = "time;old.a;old.b;other\n1700000000000;1;;9\n1700000000500;2;3;9\n"
  const { points } = await imported(t, text, { select: ["old.*"], strip: "old.", prefix: "lab." })
  expect(points).toEqual({
    "lab.a": [
      ["2023-11-14T22:13:20Z", 1],
      ["2023-11-14T22:13:20.500Z", 2],
    ],
    "lab.b": [["2023-11-14T22:13:20.500Z", 3]],
  })
})

test("columns that are not wanted may hold anything", async (t) => {
  const { points } = await imported(t, "time,host,lab.a\n1700000000,elbe,1\n", { select: ["lab.*"] })
  expect(points).toEqual({ "lab.a": [["2023-11-14T22:13:20Z", 1]] })
})

test("times and values of one metric", async (t) => {
  const { points } = await imported(t, "2023-11-14 22:13:20,1\n2023-11-14 22:13:21,2\n", { metric: "lab.a", utc: true })
  expect(points["lab.a"]).toHaveLength(2)
})

test("levels of new metrics follow from the distance of their points", async (t) => {
  const rows = Array.from({ length: 100 }, (_, i) => `${1_700_000_000 + 60 * i},lab.a,${i}\n`)
  const { sink } = await imported(t, rows.reverse().join(""))
  expect(sink.parameters.get("lab.a")).toMatchObject({ intervalMinNs: 1_800_000_000_000n, maxGapNs: 600_000_000_000n })
})

test.for<[string, RegExp]>([
  ["2026-11-23T10:00:00Z,lab.a,x", /line 3: "x" is no number/],
  ["2026-11-23T10:00:00Z,lab.a,0x10", /line 3: "0x10" is no number/],
  ["2026-11-23T10:00:00Z,lab.a", /line 3: there are 2 fields instead of 3/],
  ["yesterday,lab.a,1", /line 3: "yesterday"/],
  ["2026-11-23T10:00:00,lab.a,1", /line 3: .*zone is missing/],
  ["2026-11-23T10:00:00Z,,1", /line 3: the name of the metric is empty/],
  ['2026-11-23T10:00:00Z,"lab.a,1', /line 3: a quote is not closed/],
])("a line %j ends the import with its number, or is counted", async ([line, message], t) => {
  const text = `time,metric,value\n2026-11-23T09:00:00Z,lab.a,1\n${line}\n`
  await expect(imported(t, text)).rejects.toThrow(message)
  if (line.includes('"')) return
  const { report, points } = await imported(t, text, { skipErrors: true })
  expect(points["lab.a"]).toHaveLength(1)
  expect(report.skipped).toMatchObject([{ count: 1, first: expect.stringMatching(message) }])
})

test("names that cannot be are told, and the others imported", async (t) => {
  const { points, report } = await imported(t, "time,_a,lab.b\n1700000000,1,2\n1700000001,1,2\n")
  expect(Object.keys(points)).toEqual(["lab.b"])
  expect(report.skipped).toMatchObject([{ count: 1, first: "_a" }])
})

test("a file that is not there, or empty, is refused", async (t) => {
  await expect(importCsv(join(await temporaryFolder(t), "none.csv"), new MemorySink())).rejects.toMatchObject({
    code: "import-file",
  })
  await expect(imported(t, "")).rejects.toMatchObject({ code: "csv-form" })
  expect((await imported(t, "time,lab.a\n")).report.points).toBe(0)
})

test("an import that was stopped goes on where it was", async (t) => {
  const rows = Array.from({ length: 700_000 }, (_, i) => `${1_700_000_000 + i},lab.${i % 3},${i}\n`)
  const path = await fileOf(t, `time,metric,value\n${rows.join("")}`)
  const stateFile = join(await temporaryFolder(t), "state.jsonl")
  const sink = new MemorySink()
  const stop = new AbortController()
  sink.beforeStore = () => {
    if (sink.appends === 4) stop.abort(new Error("stopped"))
  }
  await expect(importCsv(path, sink, {}, { stateFile, signal: stop.signal })).rejects.toThrow("stopped")
  const report = await importCsv(path, sink, {}, { stateFile })
  expect(report.resumedBytes).toBeGreaterThan(2 ** 20)
  expect(report.points).toBeLessThan(700_000 - 2 ** 17)
  const all = [0, 1, 2].flatMap((metric) => sink.values(`lab.${metric}`)).sort((a, b) => a - b)
  expect(all).toEqual(rows.map((_, i) => i))
  expect(await importCsv(path, new MemorySink(), {}, { stateFile })).toMatchObject({ points: 0 })

  const text = await readFile(path, "utf8")
  await writeFile(path, `${text}x,lab.1,1\n`)
  const failing = importCsv(path, new MemorySink(), {}, { stateFile })
  await expect(failing).rejects.toThrow("line 700002")
})

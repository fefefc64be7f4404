import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import fc from "fast-check"
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet"
import { expect, test } from "vitest"
import { type ExportFormat, exportAggregates, exportPoints } from "./export-series.js"
import { withOutput } from "./output.js"
import type { AggregateRows, AggregateSeries, PointSeries } from "./series.js"

const SECOND = 1_000_000_000n
const BEGIN = 1_800_000_000n * SECOND

const points: PointSeries[] = [
  { metric: "lab.a", columns: [piece([0n, 1], [500_000_000n, Number.NaN]), piece(), piece([SECOND + 1n, -2.5e-7])] },
  { metric: 'lab."b",c', columns: [piece([500_000_000n, 7])] },
]

function piece(...points: [offsetNs: bigint, value: number][]) {
  return {
    times: BigInt64Array.from(points, ([offset]) => BEGIN + offset),
    values: Float64Array.from(points, ([, value]) => value),
  }
}

const rows: AggregateRows = {
  times: BigInt64Array.of(BEGIN, BEGIN + 10n * SECOND),
  minimum: Float64Array.of(1, Number.POSITIVE_INFINITY),
  maximum: Float64Array.of(3, Number.NEGATIVE_INFINITY),
  sum: Float64Array.of(4, 0),
  count: BigUint64Array.of(2n, 0n),
  integralNs: Float64Array.of(25e9, 0),
  activeTimeNs: BigInt64Array.of(10n * SECOND, 0n),
}
const aggregates: AggregateSeries[] = [{ metric: "lab.a", columns: [rows] }]

async function pointsAs(format: ExportFormat, series: readonly PointSeries[] = points): Promise<string> {
  const parts: (string | Uint8Array)[] = []
  await exportPoints(format, series, { write: async (data) => void parts.push(data) })
  return parts.join("")
}

async function aggregatesAs(format: "csv" | "json" | "jsonl"): Promise<string> {
  const parts: (string | Uint8Array)[] = []
  await exportAggregates(format, aggregates, { write: async (data) => void parts.push(data) })
  return parts.join("")
}

test("points as CSV: a point a line", async () => {
  expect(await pointsAs("csv")).toBe(`time,metric,value
2027-01-15T08:00:00Z,lab.a,1
2027-01-15T08:00:00.500Z,lab.a,NaN
2027-01-15T08:00:01.000000001Z,lab.a,-2.5e-7
2027-01-15T08:00:00.500Z,"lab.""b"",c",7
`)
  expect(await pointsAs("csv", [])).toBe("time,metric,value\n")
})

test("points as CSV: a column a metric", async () => {
  expect(await pointsAs("csv-wide")).toBe(`time,lab.a,"lab.""b"",c"
2027-01-15T08:00:00Z,1,
2027-01-15T08:00:00.500Z,NaN,7
2027-01-15T08:00:01.000000001Z,-2.5e-7,
`)
  expect(await pointsAs("csv-wide", [])).toBe("time\n")
})

test("points as JSON", async () => {
  const object = JSON.parse(await pointsAs("json"))
  expect(object).toEqual({
    "lab.a": [
      { time: "2027-01-15T08:00:00Z", value: 1 },
      { time: "2027-01-15T08:00:00.500Z", value: "NaN" },
      { time: "2027-01-15T08:00:01.000000001Z", value: -2.5e-7 },
    ],
    'lab."b",c': [{ time: "2027-01-15T08:00:00.500Z", value: 7 }],
  })
  expect(JSON.parse(await pointsAs("json", []))).toEqual({})
  expect(JSON.parse(await pointsAs("json", [{ metric: "lab.a", columns: [] }]))).toEqual({ "lab.a": [] })
  const lines = (await pointsAs("jsonl")).trim().split("\n")
  expect(lines).toHaveLength(4)
  expect(lines.map((line) => JSON.parse(line))[3]).toEqual({
    time: "2027-01-15T08:00:00.500Z",
    metric: 'lab."b",c',
    value: 7,
  })
})

test("aggregates as CSV and JSON, in seconds", async () => {
  expect(await aggregatesAs("csv")).toBe(`time,metric,min,max,mean,sum,count,integral,active
2027-01-15T08:00:00Z,lab.a,1,3,2.5,4,2,25,10
2027-01-15T08:00:10Z,lab.a,Infinity,-Infinity,NaN,0,0,0,0
`)
  const first = { min: 1, max: 3, mean: 2.5, sum: 4, count: 2, integral: 25, active: 10 }
  const object = JSON.parse(await aggregatesAs("json"))
  expect(object["lab.a"][0]).toEqual({ time: "2027-01-15T08:00:00Z", ...first })
  expect(object["lab.a"][1]).toMatchObject({ min: "Infinity", max: "-Infinity", mean: "NaN", count: 0 })
  const [line] = (await aggregatesAs("jsonl")).split("\n")
  expect(JSON.parse(line!)).toEqual({ time: "2027-01-15T08:00:00Z", metric: "lab.a", ...first })
})

test("points and aggregates as Parquet, with whole nanoseconds", async (t) => {
  const path = join(await temporaryFolder(t), "points.parquet")
  expect(await withOutput(path, (output) => exportPoints("parquet", points, output))).toBe(4)
  const parsers = { timestampFromNanoseconds: (ns: bigint) => ns as unknown as Date }
  const file = await asyncBufferFromFile(path)
  expect(await parquetReadObjects({ file, parsers })).toEqual([
    { time: BEGIN, metric: "lab.a", value: 1 },
    { time: BEGIN + 500_000_000n, metric: "lab.a", value: Number.NaN },
    { time: BEGIN + SECOND + 1n, metric: "lab.a", value: -2.5e-7 },
    { time: BEGIN + 500_000_000n, metric: 'lab."b",c', value: 7 },
  ])
  const { schema } = await parquetMetadataAsync(file)
  expect(schema[1]).toMatchObject({ logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" } })

  await withOutput(path, (output) => exportAggregates("parquet", aggregates, output))
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(path), parsers })
  expect(read[0]).toEqual({
    ...{ time: BEGIN, metric: "lab.a", min: 1, max: 3, mean: 2.5 },
    ...{ sum: 4, count: 2n, integral: 25, active: 10 },
  })
  await withOutput(path, (output) => exportPoints("parquet", [], output))
  expect(await parquetReadObjects({ file: await asyncBufferFromFile(path) })).toEqual([])
})

test("more points than a group of Parquet or a piece of text holds", async (t) => {
  const path = join(await temporaryFolder(t), "many")
  const index = Array.from({ length: 100_000 }, (_, i) => i)
  const columns = [0, 1, 2].map((part) => ({
    times: BigInt64Array.from(index, (i) => BEGIN + BigInt(100_000 * part + i) * 1000n),
    values: Float64Array.from(index, (i) => 100_000 * part + i),
  }))
  await withOutput(path, (output) => exportPoints("parquet", [{ metric: "lab.a", columns }], output))
  const read = await parquetReadObjects({ file: await asyncBufferFromFile(path), columns: ["value"] })
  expect(read.map(({ value }) => value)).toEqual([0, 1, 2].flatMap((part) => index.map((i) => 100_000 * part + i)))
  await withOutput(path, (output) => exportPoints("csv", [{ metric: "lab.a", columns }], output))
  const lines = (await readFile(path, "utf8")).split("\n")
  expect(lines).toHaveLength(300_002)
  expect(lines[300_000]).toBe("2027-01-15T08:00:00.299999Z,lab.a,299999")
})

test("metrics side by side: each point in its place, whatever the pieces", async () => {
  const series = fc.array(fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }), { maxLength: 3 }), {
    maxLength: 3,
  })
  await fc.assert(
    fc.asyncProperty(series, async (drawn) => {
      const sorted = drawn.map((pieces) => {
        const times = [...new Set(pieces.flat())].sort((a, b) => a - b)
        return pieces.map((each) => times.splice(0, each.length))
      })
      const text = await pointsAs(
        "csv-wide",
        sorted.map((pieces, index) => ({
          metric: `m${index}`,
          columns: pieces.map((times) =>
            piece(...times.map((time): [bigint, number] => [BigInt(time) * SECOND, time])),
          ),
        })),
      )
      const all = sorted.map((pieces) => new Set(pieces.flat()))
      const times = [...new Set(sorted.flat(2))].sort((a, b) => a - b)
      const expected = times.map((time) => all.map((own) => (own.has(time) ? String(time) : "")))
      const lines = text.trimEnd().split("\n").slice(1)
      expect(lines.map((line) => line.split(",").slice(1))).toEqual(expected)
    }),
  )
})

import { parquetMetadata, parquetReadObjects } from "hyparquet"
import { expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"

const BEGIN = 1_795_176_000_000_000_000n
const STEP = 1_000_001n
const parsers = { timestampFromNanoseconds: (ns: bigint) => ns as unknown as Date }

/** A metric with so many points, a little more than a ms apart: values 0, 1, 2, … */
function start(t: Parameters<typeof WebUnderTest.start>[0], count: number): Promise<WebUnderTest> {
  return WebUnderTest.start(t, async (net) => {
    const db = await net.database("db-test", ["lab.fast", "lab.slow"])
    await net.source("source-lab", { metrics: { "lab.fast": { unit: "W", rate: 1000 }, "lab.slow": { unit: "W" } } })
    for (let i = 0; i < count; i++) db.put("lab.fast", BEGIN + BigInt(i) * STEP, i)
    db.put("lab.slow", BEGIN + 5n, 0.5)
  })
}

test("every point as Parquet, with whole nanoseconds, one group after the other", async (t) => {
  const count = 70_000
  const web = await start(t, count)
  const query = `metric=lab.fast&metric=lab.slow&from=${BEGIN}&to=${BEGIN + BigInt(count) * STEP}`
  const answer = await fetch(web.url(`api/v1/export?${query}&raw=1&format=parquet`))
  expect(answer.headers.get("content-type")).toBe("application/vnd.apache.parquet")
  expect(answer.headers.get("content-disposition")).toMatch(/2-metrics-2026-11-20T12-00-00Z\.parquet"$/)
  const file = await answer.arrayBuffer()
  expect(parquetMetadata(file).row_groups.map((group) => Number(group.num_rows))).toEqual([32_768, 32_768, 4465])
  const rows = await parquetReadObjects({ file, parsers })
  expect(rows).toHaveLength(count + 1)
  expect(rows[count - 1]).toEqual({
    time: BEGIN + BigInt(count - 1) * STEP,
    metric: "lab.fast",
    value: count - 1,
  })
  expect(rows.every(({ value }, i) => i === count || value === i)).toBe(true)
  expect(rows[count]).toEqual({ time: BEGIN + 5n, metric: "lab.slow", value: 0.5 })
})

test("aggregates as Parquet are those of the API", async (t) => {
  const web = await start(t, 1000)
  const range = { from: String(BEGIN), to: String(BEGIN + 1000n * STEP) }
  const query = new URLSearchParams({ metric: "lab.fast", ...range, points: "10", format: "parquet" })
  const file = await (await fetch(web.url(`api/v1/export?${query}`))).arrayBuffer()
  const rows = await parquetReadObjects({ file, parsers })
  const body = { metrics: ["lab.fast"], ...range, points: 10 }
  const answer = (await web.send("POST", "api/v1/history", body)).body["lab.fast"]
  expect(rows.map(({ time }) => String(time))).toEqual(answer.times)
  for (const column of ["min", "mean", "max", "sum", "integral", "active"]) {
    expect(rows.map((row) => row[column])).toEqual(answer[column])
  }
  expect(rows.map(({ count }) => Number(count))).toEqual(answer.count)
})

test("a range without points is a file without rows, and an unknown metric is no file", async (t) => {
  const web = await start(t, 1)
  const query = "from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z&format=parquet&raw=1"
  const answer = await fetch(web.url(`api/v1/export?metric=lab.fast&${query}`))
  expect(await parquetReadObjects({ file: await answer.arrayBuffer() })).toEqual([])
  expect(await web.get(`api/v1/export?metric=no.such&${query}`)).toMatchObject({ status: 404 })
  expect(await web.get(`api/v1/export?metric=lab.fast&${query.replace("parquet", "xls")}`)).toMatchObject({
    status: 400,
  })
})

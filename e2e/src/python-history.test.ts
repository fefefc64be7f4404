import { spawnSync } from "node:child_process"
import { type DbOptions, HistoryError, type HistoryRequest, type JsonObject, Timestamp } from "@metricq/client"
import { startNetwork, TestDb } from "@metricq/testkit"
import { describe, expect, type TestContext, test } from "vitest"
import { aggregateDifference, type HistoryPoint, naiveAggregate } from "./naive-history.js"
import { describeWithPython, findPython } from "./python.js"
import { PythonAgent, type PythonEvent } from "./python-agent.js"
import { UpNetwork } from "./up-network.js"

const STEP_NS = 100_000_000n
const BEGIN_NS = 1_600_000_000_000_000_007n
const COUNT = 2000
const METRIC = "ts.power"

/** Fifty seconds into the metric, and a hundred seconds later: neither is the time of a point. */
const FROM_NS = BEGIN_NS + 50_000_000_001n
const TO_NS = FROM_NS + 100_000_000_000n

const points: HistoryPoint[] = Array.from({ length: COUNT }, (_, i) => ({
  timeNs: BEGIN_NS + BigInt(i) * STEP_NS,
  value: (10_000 + ((i * 7919) % 500)) / 100,
}))

interface Row extends JsonObject {
  time: string
  minimum: number
  maximum: number
  sum: number
  count: number
  integral: number
  active: string
}

/** A history client of the original in a network that has stored the points above. */
async function startReading(t: TestContext, options: JsonObject = {}) {
  const net = await UpNetwork.start(t)
  const source = await net.source("source-ts", { metrics: { [METRIC]: { rate: 10, unit: "W" } }, chunkSize: 100 })
  for (const { timeNs, value } of points) void source.send(METRIC, Timestamp.fromNs(timeNs), value)
  await source.flush()
  const reader = PythonAgent.start(t, "history", { server: net.url, token: "history-py", options })
  await reader.next("ready")
  const ask = async (command: JsonObject): Promise<PythonEvent> => {
    reader.tell(command)
    return reader.next("answer", "refused")
  }
  const answer = async <Answer>(command: JsonObject): Promise<Answer> => {
    const event = await ask(command)
    if (event.event === "refused") throw new Error(`${event.error}: ${event.text}`)
    return event.answer as Answer
  }
  return { net, source, ask, answer }
}

/** As `startReading`, once everything is stored. */
async function startReadingStored(t: TestContext) {
  const reading = await startReading(t)
  const last = [points.at(-1)!.timeNs.toString(), points.at(-1)!.value]
  await expect
    .poll(() => reading.answer({ call: "history_last_value", metric: METRIC }).catch(() => undefined), {
      timeout: 20_000,
    })
    .toEqual(last)
  return reading
}

const between = { metric: METRIC, start: String(FROM_NS), end: String(TO_NS) }

function expectAggregate(row: Row, beginNs: bigint, endNs: bigint): void {
  const { minimum, maximum, sum, count, integral, active } = row
  const found = { minimum, maximum, sum, count, integral, activeNs: Number(active) }
  expect(aggregateDifference(found, naiveAggregate(points, beginNs, endNs), 105)).toBeUndefined()
}

/** Rows without holes that together cover the stretch asked for, each what its points give. */
function expectRows(rows: Row[], intervalMaxNs: bigint): void {
  const times = rows.map(({ time }) => BigInt(time))
  const intervalNs = times[1]! - times[0]!
  expect(intervalNs).toBeLessThanOrEqual(intervalMaxNs)
  expect(times[0]! <= FROM_NS && times[0]! + intervalNs > FROM_NS).toBe(true)
  expect(times.at(-1)! < TO_NS && times.at(-1)! + intervalNs >= TO_NS).toBe(true)
  for (const [index, row] of rows.entries()) {
    expect(times[index]).toBe(times[0]! + BigInt(index) * intervalNs)
    expectAggregate(row, times[index]!, times[index]! + intervalNs)
  }
}

/** The points asked for; one before the begin may come with them. */
function expectPoints(found: [string, number][]): void {
  const expected = points.filter(({ timeNs }) => timeNs >= FROM_NS && timeNs < TO_NS)
  const asked = found
    .map(([time, value]) => ({ timeNs: BigInt(time), value }))
    .filter(({ timeNs }) => timeNs >= FROM_NS)
  expect(asked).toEqual(expected)
  expect(found.length - asked.length).toBeLessThanOrEqual(1)
}

describeWithPython("reading history with the original client", () => {
  test("the last value, an aggregate, timelines of aggregates and of points", { timeout: 60_000 }, async (t) => {
    const { answer } = await startReadingStored(t)
    expectAggregate(await answer<Row>({ call: "history_aggregate", ...between }), FROM_NS, TO_NS)
    for (const interval of ["10000000000", "47000000000"]) {
      const rows = await answer<Row[]>({ call: "history_aggregate_timeline", ...between, interval_max: interval })
      expectRows(rows, BigInt(interval))
    }
    expectPoints(await answer<[string, number][]>({ call: "history_raw_timeline", ...between }))
  })

  test("every type of request by itself", { timeout: 60_000 }, async (t) => {
    const { answer } = await startReadingStored(t)
    const request = (request_type: string, interval_max: string) =>
      answer<{ mode: string; length: number; duration: number; values: [string, number][]; aggregates: Row[] }>({
        call: "history_data_request",
        ...between,
        request_type,
        interval_max,
      })
    const timeline = await request("AGGREGATE_TIMELINE", "10000000000")
    expect(timeline).toMatchObject({ mode: "AGGREGATES", length: timeline.aggregates.length })
    expect(timeline.duration).toBeGreaterThanOrEqual(0)
    expectRows(timeline.aggregates, 10_000_000_000n)
    const aggregate = await request("AGGREGATE", "0")
    expect(aggregate).toMatchObject({ mode: "AGGREGATES", length: 1 })
    expect(aggregate.aggregates[0]).toMatchObject({ time: String(FROM_NS) })
    const one = await request("AGGREGATE_TIMELINE", "-1")
    expect(one).toMatchObject({ mode: "AGGREGATES", aggregates: aggregate.aggregates })
    expect(await request("LAST_VALUE", "0")).toMatchObject({
      mode: "VALUES",
      values: [[points.at(-1)!.timeNs.toString(), points.at(-1)!.value]],
    })
    const raw = await request("FLEX_TIMELINE", "0")
    expect(raw).toMatchObject({ mode: "VALUES" })
    expectPoints(raw.values)
    const flexible = await request("FLEX_TIMELINE", "10000000000")
    expect(flexible).toMatchObject({ mode: "AGGREGATES" })
    expectRows(flexible.aggregates, 10_000_000_000n)
    const before = { start: "1", end: "2", interval_max: "1", request_type: "AGGREGATE_TIMELINE" }
    const nothing = { mode: "EMPTY", length: 0, values: [], aggregates: [] }
    expect(await answer({ call: "history_data_request", metric: METRIC, ...before })).toMatchObject(nothing)
  })

  test("what cannot be answered is an error at once, not silence", { timeout: 60_000 }, async (t) => {
    const { ask } = await startReadingStored(t)
    const error = { event: "refused", error: "HistoryError" }
    expect(await ask({ call: "history_last_value", metric: "nobody.knows", timeout: 5 })).toMatchObject(error)
    const backwards = { metric: METRIC, start: String(TO_NS), end: String(FROM_NS), timeout: 5 }
    expect(await ask({ call: "history_aggregate", ...backwards })).toMatchObject(error)
    const rows = { call: "history_aggregate_timeline", ...backwards, interval_max: "10000000000" }
    expect(await ask(rows)).toMatchObject(error)
  })

  test("what a database says of its refusal reaches it, and so does that an answer is too large", {
    timeout: 60_000,
  }, async (t) => {
    class Refusing extends TestDb {
      override onHistory(metric: string, request: HistoryRequest) {
        if (request.startTimeNs === 1n) throw new HistoryError("damaged", "a checksum is wrong")
        return super.onHistory(metric, request)
      }
    }
    const net = await startNetwork(t, { kind: "embedded" })
    await net.configure("db-ts", { metrics: [METRIC] })
    const options: Partial<DbOptions> = { maxAnswerBytes: 1000 }
    const db = await net.connect(new Refusing(net.clientOptions("db-ts", options)))
    for (const { timeNs, value } of points.slice(0, 200)) db.put(METRIC, timeNs, value)
    const reader = PythonAgent.start(t, "history", { server: net.url, token: "history-py" })
    await reader.next("ready")
    const refused = async (command: JsonObject) => {
      reader.tell({ metric: METRIC, ...command })
      return reader.next("refused")
    }
    expect(await refused({ call: "history_aggregate", start: "1", end: "2" })).toMatchObject({
      error: "HistoryError",
      text: expect.stringContaining("a checksum is wrong"),
    })
    const everything = { start: "0", end: String(TO_NS) }
    expect(await refused({ call: "history_raw_timeline", ...everything })).toMatchObject({
      error: "HistoryError",
      text: expect.stringContaining("the answer is too large"),
    })
  })

  test("stored metrics are historic ones to it", { timeout: 60_000 }, async (t) => {
    const { answer } = await startReadingStored(t)
    await expect.poll(() => answer({ get_metrics: {} }), { timeout: 10_000 }).toHaveProperty([METRIC])
    expect(await answer({ get_metrics: { selector: [METRIC] } })).toMatchObject({
      [METRIC]: { unit: "W", historic: true },
    })
  })

  test("what its source sends, our database stores, and its client reads", { timeout: 60_000 }, async (t) => {
    const { net, answer } = await startReading(t)
    await net.configure("source-py", { metrics: { "py.power": { rate: 1 } }, chunkSize: 2 })
    const source = PythonAgent.start(t, "source", { server: net.url, token: "source-py" })
    await source.next("ready")
    const values = ["1.5", "-0.1", "nan", "inf", "1e300", "0"]
    for (const [index, value] of values.entries()) {
      source.tell({ metric: "py.power", time: String(BEGIN_NS + BigInt(index)), value })
    }
    source.tell({ flush: true })
    await source.next("flushed")
    await expect
      .poll(() => answer({ call: "history_last_value", metric: "py.power" }).catch(() => undefined), {
        timeout: 20_000,
      })
      .toEqual([String(BEGIN_NS + 5n), 0])
    const stretch = { metric: "py.power", start: String(BEGIN_NS), end: String(BEGIN_NS + 10n) }
    const found = await answer<[string, number][]>({ call: "history_raw_timeline", ...stretch })
    expect(found.map(([time, value]) => [BigInt(time) - BEGIN_NS, value])).toEqual([
      [0n, 1.5],
      [1n, -0.1],
      [2n, Number.NaN],
      [4n, 1e300],
      [5n, 0],
    ])
  })
})

const hasPandas = findPython() !== undefined && spawnSync(findPython()!, ["-c", "import pandas"]).status === 0

describe.skipIf(!hasPandas)(`tables for pandas${hasPandas ? "" : " [left out: pandas is not installed]"}`, () => {
  test("points and aggregates, with times to the nanosecond", { timeout: 60_000 }, async (t) => {
    const { net, answer } = await startReading(t, { pandas: true })
    const plain = PythonAgent.start(t, "history", { server: net.url, token: "history-plain" })
    await plain.next("ready")
    await expect
      .poll(
        async () => {
          plain.tell({ call: "history_last_value", metric: METRIC })
          return (await plain.next("answer", "refused")).answer
        },
        { timeout: 20_000 },
      )
      .toEqual([points.at(-1)!.timeNs.toString(), points.at(-1)!.value])
    interface Table {
      types: Record<string, string>
      columns: { time_ns: string[] } & Record<string, (number | string)[]>
    }
    const raw = await answer<Table>({ frame: "history_raw_timeline", ...between })
    expect(raw.types).toMatchObject({ timestamp: "datetime64[ns]", value: "float64" })
    expectPoints(raw.columns.time_ns.map((time, index) => [time, raw.columns.value![index] as number]))
    const rows = await answer<Table>({
      frame: "history_aggregate_timeline",
      ...between,
      interval_max: "10000000000",
    })
    const { time_ns, minimum, maximum, sum, count, integral_ns } = rows.columns
    expect(rows.types.active_time).toBe("timedelta64[ns]")
    const number = (column: (number | string)[] | undefined, index: number) => column![index] as number
    for (const [index, time] of time_ns.slice(0, -1).entries()) {
      const [beginNs, endNs] = [BigInt(time), BigInt(time_ns[index + 1]!)]
      const expected = naiveAggregate(points, beginNs, endNs)
      const found = {
        minimum: number(minimum, index),
        maximum: number(maximum, index),
        sum: number(sum, index),
        count: number(count, index),
        integral: number(integral_ns, index),
        activeNs: expected.activeNs,
      }
      expect(aggregateDifference(found, expected, 105)).toBeUndefined()
    }
  })
})

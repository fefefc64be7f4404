import {
  type DbOptions,
  HistoryError,
  type HistoryRequest,
  type HistoryResponseParts,
  type JsonObject,
} from "@metricq/client"
import { TestDb, type TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import { describeWithPython } from "./python.js"
import { PythonAgent } from "./python-agent.js"
import { UpNetwork } from "./up-network.js"

const epochNs = 1_600_000_000_000_000_001n
const at = (seconds: number) => String(epochNs + BigInt(seconds) * 1_000_000_000n)

/** A database of ours with ten points, one a second, and a client of the original that asks it. */
async function network(t: TestScope, Kind: typeof TestDb = TestDb) {
  const net = await UpNetwork.start(t)
  await net.configure("db-ts", { metrics: ["ts.power", "ts.other"] })
  const options: Partial<DbOptions> = { maxAnswerBytes: 1000 }
  const db = await net.connect(new Kind(net.clientOptions("db-ts", options)))
  for (let i = 0; i < 10; i++) db.put("ts.power", BigInt(at(i)), i)
  const agent = PythonAgent.start(t, "history", { server: net.url, token: "history-py" })
  await agent.next("ready")
  const ask = async (call: string, options: JsonObject = {}) => {
    agent.tell({ call, metric: "ts.power", ...options })
    return agent.next("answer")
  }
  const refused = async (call: string, options: JsonObject = {}) => {
    agent.tell({ call, metric: "ts.power", ...options })
    return agent.next("refused")
  }
  return { db, ask, refused }
}

describeWithPython("reading history with the original client", () => {
  test("its client gets every kind of answer from our database, to the nanosecond", async (t) => {
    const { ask } = await network(t)
    const range = { start: at(2), end: at(5) }
    expect(await ask("history_last_value")).toMatchObject({ answer: { time: at(9), value: 9 } })
    expect(await ask("history_aggregate", range)).toMatchObject({
      answer: { time: at(2), minimum: 2, maximum: 4, sum: 9, count: 3, integral: 9e9, active: "3000000000", mean: 3 },
    })
    const second = 1_000_000_000n
    expect(await ask("history_aggregate_timeline", { ...range, interval: String(10n * second) })).toMatchObject({
      answer: [{ time: String(epochNs - 1n), count: 3, sum: 9 }],
    })
    expect((await ask("history_raw_timeline", range)).answer).toEqual([
      { time: at(1), value: 1 },
      { time: at(2), value: 2 },
      { time: at(3), value: 3 },
      { time: at(4), value: 4 },
    ])
    const response = await ask("history_data_request", { ...range, interval: "0", convert: "aggregates" })
    expect(response).toMatchObject({ mode: "VALUES", length: 4, answer: [{ time: at(1), sum: 2 }, {}, {}] })
    expect(response.duration).toBeGreaterThan(0)
    expect(response.duration).toBeLessThan(5)
    const none = { start: at(100), end: at(200), interval: String(second), convert: "values" }
    expect(await ask("history_data_request", none)).toMatchObject({ mode: "EMPTY", answer: [] })
  })

  test("and is told why there is none", async (t) => {
    class Refusing extends TestDb {
      override onHistory(
        metric: string,
        request: HistoryRequest,
      ): HistoryResponseParts | Promise<HistoryResponseParts> {
        if (request.startTimeNs === 1n) throw new HistoryError("damaged", "a checksum is wrong")
        return super.onHistory(metric, request)
      }
    }
    const { db, refused } = await network(t, Refusing)
    expect(await refused("history_aggregate", { start: "1", end: "2" })).toMatchObject({
      error: "HistoryError",
      text: expect.stringContaining("a checksum is wrong"),
    })
    for (let i = 10; i < 200; i++) db.put("ts.power", BigInt(at(i)), i)
    expect(await refused("history_raw_timeline", { start: "0", end: at(1000) })).toMatchObject({
      error: "HistoryError",
      text: expect.stringContaining("the answer is too large"),
    })
    expect(await refused("history_last_value", { metric: "ts.other" })).toMatchObject({ error: "HistoryError" })
  })
})

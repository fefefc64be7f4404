import { Timestamp } from "@metricq/protocol"
import { type BrokerKind, describeOnBrokers, startNetwork, type TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"

const at = (ns: number | bigint) => Timestamp.fromNs(BigInt(ns))
const range = (start: number, end: number) => ({ start: at(start), end: at(end) })

async function network(t: TestScope, kind: BrokerKind, dataVhost = false) {
  const net = await startNetwork(t, { kind, dataVhost })
  const db = await net.database("db-t", ["t.a", "t.b", "t.empty"], { heartbeat: 1 })
  const history = await net.history("history-t", { heartbeat: 1 })
  return { net, db, history }
}

describeOnBrokers("a history client", (kind) => {
  test("gets every kind of answer", async (t) => {
    const { db, history } = await network(t, kind)
    for (let i = 1; i <= 10; i++) db.put("t.a", BigInt(i * 10), i)
    expect(await history.historyLastValue("t.a")).toEqual({ timestamp: at(100), value: 10 })
    expect(await history.historyAggregate("t.a", range(20, 50))).toMatchObject({
      count: 3,
      minimum: 2,
      maximum: 4,
      sum: 9,
    })
    expect(await history.historyRawTimeline("t.a", range(20, 50))).toEqual({
      times: BigInt64Array.of(20n, 30n, 40n),
      values: Float64Array.of(2, 3, 4),
    })
    const timeline = await history.historyAggregateTimeline("t.a", {
      ...range(20, 100),
      intervalMax: "50ns",
    })
    expect([...timeline.times]).toEqual([0n, 50n])
  })

  test("is told at once that nobody stores a metric", async (t) => {
    const { history } = await network(t, kind)
    await expect(history.historyLastValue("t.unknown")).rejects.toMatchObject({
      code: "not-stored",
      metric: "t.unknown",
    })
  })
})

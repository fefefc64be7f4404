import { once } from "node:events"
import { Timestamp } from "@metricq/client"
import type { TestNetwork, TestSource } from "@metricq/testkit"
import { expect, test } from "vitest"
import { LiveClient } from "../testing/live-client.js"
import { WebUnderTest } from "../testing/web-under-test.js"

/** Waits as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 })

const beginNs = 1_795_154_400_000_000_001n
const at = (ms: number) => Timestamp.fromNs(beginNs + BigInt(ms) * 1_000_000n)

async function setUp(t: { onTestFinished(end: () => unknown): void }) {
  let source: TestSource | undefined
  const prepare = async (net: TestNetwork) => {
    source = await net.source("source-t", { metrics: { "t.a": { unit: "°C" }, "t.b": {} } })
  }
  const web = await WebUnderTest.start(t as never, prepare, { prefix: "/metricq/" })
  return { web, source: source! }
}

test("a client gets metadata once, then values with nanoseconds, half a second apart", async (t) => {
  const { web, source } = await setUp(t)
  const client = await LiveClient.open(t, web.url(""))
  client.send({ function: "subscribe", metrics: ["t.a", "no.such"] })
  await eventually(() => client.messages.length).toBe(1)
  expect(client.texts[0]).toMatch(/^\{"metadata": \{"t\.a": \{.*"unit": "\\u00b0C".*\}, "no\.such": null\}\}$/)
  const values = [1, Number.NaN, 2, 3, 4, 5] as const
  for (const [i, ms] of [0, 100, 500, 501, 900, 1002].entries()) await source.send("t.a", at(ms), values[i]!)
  await eventually(() => client.texts.slice(1).join()).toContain('"value": 5.0')
  const data = client.messages.slice(1).flatMap(({ data }) => data as { id: string; value: number }[])
  expect(data.map(({ id, value }) => [id, value])).toEqual([
    ["t.a", 1],
    ["t.a", 3],
    ["t.a", 5],
  ])
  expect(client.texts[1]).toContain(`{"data": [{"id": "t.a", "ts": ${beginNs}, "value": 1.0}`)
})

test("each request is answered with the metadata of what is new", async (t) => {
  const { web } = await setUp(t)
  const client = await LiveClient.open(t, web.url("ws"))
  client.send({ function: "subscribe", metrics: [] })
  client.send({ function: "subscribe", metrics: ["no.such"] })
  client.send({ function: "nothing" })
  client.send({ function: "subscribe", metrics: ["no.such", "no.more"] })
  await eventually(() => [...client.texts].sort()).toEqual([
    '{"metadata": {"no.more": null}}',
    '{"metadata": {"no.such": null}}',
    '{"metadata": {}}',
  ])
})

test.for(["{bad", "{}", "[]", '{"function":"subscribe"}', '{"function":"subscribe","metrics":"t.a"}'])(
  "%s ends the connection",
  async (message, t) => {
    const { web } = await setUp(t)
    const client = await LiveClient.open(t, web.url(""))
    client.send(message)
    const [code] = await once(client.socket, "close")
    expect(code).toBe(1000)
  },
)

test("the page is at the same address", async (t) => {
  const { web } = await setUp(t)
  const answer = await fetch(web.url(""), { headers: { accept: "text/html" } })
  expect(answer.status).not.toBe(426)
})

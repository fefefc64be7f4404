import { once } from "node:events"
import { Timestamp } from "@metricq/client"
import type { TestNetwork, TestSource } from "@metricq/testkit"
import { expect, test } from "vitest"
import { WebSocket } from "ws"
import { WebUnderTest } from "../testing/web-under-test.js"

const metrics = Array.from({ length: 20 }, (_, i) => `t.m${i}`)

interface Message {
  metrics?: Record<string, unknown>
  points?: Record<string, unknown[]>
  rows?: Record<string, [string, number, number, number, number][]>
  dropped?: Record<string, number>
}

/** A viewer that only counts. */
class CountingViewer {
  readonly socket: WebSocket
  /** Points it has got of each metric, singly or in rows. */
  readonly points = new Map<string, number>()
  metadata = 0
  dropped = 0
  rows = 0

  constructor(url: string) {
    this.socket = new WebSocket(url.replace(/^http/, "ws"))
    this.socket.on("message", (data) => this.#count(JSON.parse(String(data)) as Message))
  }

  async subscribe(names: readonly string[]): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, "open")
    this.socket.send(JSON.stringify({ subscribe: names }))
  }

  #count({ metrics = {}, points = {}, rows = {}, dropped = {} }: Message): void {
    this.metadata += Object.keys(metrics).length
    for (const [metric, list] of Object.entries(points)) this.#add(metric, list.length)
    for (const [metric, list] of Object.entries(rows)) {
      this.rows += list.length
      for (const [, , , , count] of list) this.#add(metric, count)
    }
    for (const count of Object.values(dropped)) this.dropped += count
  }

  #add(metric: string, count: number): void {
    this.points.set(metric, (this.points.get(metric) ?? 0) + count)
  }
}

test("200 viewers get every point while one has stopped reading, which gets rows later", {
  timeout: 120_000,
}, async (t) => {
  /** Waits as long as a busy machine may need. */
  const eventually = (read: () => unknown) => expect.poll(read, { timeout: 60_000, interval: 20 })
  let source: TestSource | undefined
  const web = await WebUnderTest.start(t, async (net: TestNetwork) => {
    const names = [...metrics, "t.flood"]
    source = await net.source("source-t", { metrics: Object.fromEntries(names.map((name) => [name, {}])) })
  })
  const open = () => {
    const viewer = new CountingViewer(web.url("api/v1/live"))
    t.onTestFinished(() => viewer.socket.terminate())
    return viewer
  }
  const all = Array.from({ length: 200 }, open)
  await Promise.all(all.map((viewer) => viewer.subscribe(metrics)))
  const stalled = open()
  await stalled.subscribe(["t.flood", "t.m0"])
  await eventually(() => stalled.metadata === 2 && all.every(({ metadata }) => metadata === metrics.length)).toBe(true)
  stalled.socket.pause()

  const begin = Timestamp.now().posixNs
  const flood = 2000
  const rounds = 300
  const all19 = (count: number) => all.every(({ points }) => points.get("t.m19") === count)
  for (let round = 0; round < rounds; round++) {
    const times = BigInt64Array.from({ length: flood }, (_, i) => begin + BigInt(round * flood + i) * 1000n)
    await source!.sendChunk("t.flood", { times, values: new Float64Array(flood).fill(round) })
    if (round % 10 !== 0) continue
    for (const metric of metrics) await source!.send(metric, Timestamp.fromNs(begin + BigInt(round)), round)
    await eventually(() => all19(round / 10 + 1)).toBe(true)
  }
  await eventually(() => all.every(({ points }) => metrics.every((metric) => points.get(metric) === rounds / 10))).toBe(
    true,
  )
  expect(all.every(({ dropped }) => dropped === 0)).toBe(true)

  stalled.socket.resume()
  await eventually(() => [stalled.points.get("t.flood"), stalled.points.get("t.m0")]).toEqual([
    rounds * flood,
    rounds / 10,
  ])
  expect(stalled.rows).toBeGreaterThan(0)
  expect(stalled.dropped).toBeGreaterThan(rounds * flood * 0.5)
})

import { Timestamp } from "@metricq/client"
import type { TestNetwork, TestSource } from "@metricq/testkit"
import { expect, test } from "vitest"
import { LiveClient } from "../testing/live-client.js"
import { WebUnderTest } from "../testing/web-under-test.js"

const viewers = 200
const metrics = Array.from({ length: 20 }, (_, i) => `t.m${i}`)
const rounds = 30

/** Waits as long as a busy machine may need. */
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 60_000, interval: 100 })

/** The points of a metric that a viewer has got, singly or in rows. */
function received(viewer: LiveClient, metric: string): number {
  const rows = viewer.of<[string, number, number, number, number]>("rows", metric)
  return viewer.of("points", metric).length + rows.reduce((sum, [, , , , count]) => sum + count, 0)
}

test("200 viewers get every point, while one has stopped reading", { timeout: 120_000 }, async (t) => {
  let source: TestSource | undefined
  const prepare = async (net: TestNetwork) => {
    source = await net.source("source-t", { metrics: Object.fromEntries(metrics.map((metric) => [metric, {}])) })
  }
  const web = await WebUnderTest.start(t, prepare)
  const stalled = await LiveClient.open(t, web.url("api/v1/live"))
  stalled.send({ subscribe: metrics })
  await eventually(() => metrics.every((metric) => stalled.of("metrics", metric).length === 1)).toBe(true)
  stalled.socket.pause()

  const all = await Promise.all(
    Array.from({ length: viewers }, async () => {
      const viewer = await LiveClient.open(t, web.url("api/v1/live"))
      viewer.send({ subscribe: metrics })
      return viewer
    }),
  )
  await eventually(() => all.every((viewer) => viewer.of("metrics", "t.m19").length === 1)).toBe(true)

  // So much that nothing like it fits into the buffers of a socket.
  const pointsOfRound = 1000
  const begin = Timestamp.now().posixNs
  const send = async (metric: string, round: number) => {
    const times = BigInt64Array.from({ length: pointsOfRound }, (_, i) => begin + BigInt(round * pointsOfRound + i) * 1000n)
    await source!.sendChunk(metric, { times, values: new Float64Array(pointsOfRound).fill(round) })
  }
  const begun = performance.now()
  for (let round = 0; round < rounds; round++) {
    await send("t.m0", round)
    for (const metric of metrics.slice(1)) await source!.send(metric, Timestamp.fromNs(begin + BigInt(round)), round)
    await eventually(() => all.every((viewer) => received(viewer, "t.m19") === round + 1)).toBe(true)
  }
  await eventually(() => all.every((viewer) => received(viewer, "t.m0") === rounds * pointsOfRound)).toBe(true)
  const seconds = (performance.now() - begun) / 1000
  const delivered = viewers * (rounds * pointsOfRound + (metrics.length - 1) * rounds)
  console.info(`live load: ${viewers} viewers, ${Math.round(delivered / seconds / 1000)} k points/s delivered`)

  // Far beyond what sockets buffer, for the one that does not read.
  for (let round = rounds; round < 3 * rounds; round++) await send("t.m1", round)
  await eventually(() => all.every((viewer) => received(viewer, "t.m1") === rounds + 2 * rounds * pointsOfRound)).toBe(true)
  stalled.socket.resume()
  await eventually(() => received(stalled, "t.m0")).toBe(rounds * pointsOfRound)
  await eventually(() => received(stalled, "t.m1")).toBe(rounds + 2 * rounds * pointsOfRound)
})

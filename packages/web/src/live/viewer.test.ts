import type { Columns, Metadata } from "@metricq/client"
import { expect, test } from "vitest"
import { Gate } from "../server/gate.js"
import type { LastPoint, Listener } from "./channel.js"
import type { LiveHub } from "./hub.js"
import type { ReadMissed } from "./missed.js"
import { Viewer } from "./viewer.js"

/** A hub whose metrics are there at once. */
class FakeHub {
  readonly left: string[] = []
  async listen(_listener: Listener, metrics: readonly string[]): Promise<Record<string, Metadata | null>> {
    return Object.fromEntries(metrics.map((metric) => [metric, { unit: "W" }]))
  }
  leave(_listener: Listener, metrics: Iterable<string>): void {
    this.left.push(...metrics)
  }
  async last(): Promise<LastPoint | undefined> {
    return { timeNs: 5n, value: 0.5 }
  }
}

const nothingMissed: ReadMissed = async function* () {}

function setUp(t: { onTestFinished(end: () => unknown): void }, readMissed = nothingMissed) {
  const hub = new FakeHub()
  const sent: Record<string, unknown>[] = []
  const transport = { backlogBytes: 0, send: (text: string) => void sent.push(JSON.parse(text)) }
  const viewer = new Viewer(hub as unknown as LiveHub, transport, readMissed)
  t.onTestFinished(() => viewer.close())
  return { hub, sent, transport, viewer }
}

const columns = (from: number, count: number): Columns => ({
  times: BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i)),
  values: Float64Array.from({ length: count }, (_, i) => from + i),
})

test("metadata and the last point come first, then points", async (t) => {
  const { sent, viewer } = setUp(t)
  viewer.watch(["a.b"], 0)
  await expect
    .poll(() => Object.assign({}, ...sent))
    .toEqual({
      metrics: { "a.b": { unit: "W" } },
      last: { "a.b": ["5", 0.5] },
    })
  viewer.onPoints("a.b", { times: BigInt64Array.of(6n, 7n), values: Float64Array.of(1.5, Number.NaN) })
  const points = [
    ["6", 1.5],
    ["7", null],
  ]
  await expect.poll(() => sent.at(-1)).toEqual({ points: { "a.b": points } })
})

test("rows of an interval", async (t) => {
  const { sent, viewer } = setUp(t)
  viewer.watch(["a.b"], 1)
  viewer.onPoints("a.b", columns(1_999_998, 4))
  const rows = [
    ["1000000", 1_999_998, 1_999_998.5, 1_999_999, 2],
    ["2000000", 2_000_000, 2_000_000.5, 2_000_001, 2],
  ]
  await expect.poll(() => sent.flatMap(({ rows }) => (rows === undefined ? [] : [rows]))).toEqual([{ "a.b": rows }])
})

test("a burst goes out whole to one who keeps up", async (t) => {
  const { sent, viewer } = setUp(t)
  viewer.watch(["a.b"], 0)
  viewer.onPoints("a.b", columns(1, 50_000))
  const points = () =>
    sent.flatMap((message) => (message.points as Record<string, unknown[]> | undefined)?.["a.b"] ?? [])
  await expect.poll(() => points().length).toBe(50_000)
  expect(sent.some(({ dropped }) => dropped !== undefined)).toBe(false)
})

test("one who does not keep up gets rows later, and how much was left out", async (t) => {
  const { sent, transport, viewer } = setUp(t)
  viewer.watch(["a.b", "c.d"], 0)
  await expect.poll(() => sent.length).toBeGreaterThan(0)
  transport.backlogBytes = 1_000_000
  for (let i = 0; i < 100; i++) viewer.onPoints("a.b", columns(1 + i * 1000, 1000))
  viewer.onPoints("c.d", columns(1, 3))
  transport.backlogBytes = 0
  await expect.poll(() => sent.some(({ rows }) => rows !== undefined)).toBe(true)
  const message = sent.find(({ rows }) => rows !== undefined) as {
    rows: Record<string, [string, number, number, number, number][]>
    points: Record<string, unknown[]>
    dropped: Record<string, number>
  }
  const rows = message.rows["a.b"]!
  expect(rows.length).toBeLessThanOrEqual(8192)
  expect(rows.reduce((sum, [, , , , count]) => sum + count, 0)).toBe(100_000)
  expect(rows[0]!.slice(0, 2)).toEqual(["1", 1])
  expect(rows.at(-1)![3]).toBe(100_000)
  expect(message.dropped).toEqual({ "a.b": 100_000 - rows.length })
  expect(message.points["c.d"]!.length).toBe(3)
})

test("what is not watched any more is left and silent", async (t) => {
  const { hub, sent, viewer } = setUp(t)
  viewer.watch(["a.b"], 0)
  viewer.unwatch(["a.b", "c.d"])
  viewer.onPoints("a.b", columns(1, 1))
  expect(hub.left).toEqual(["a.b"])
  viewer.watch(["e.f"], 0)
  viewer.onPoints("e.f", columns(1, 1))
  await expect.poll(() => sent.some(({ points }) => points !== undefined)).toBe(true)
  expect(JSON.stringify(sent)).not.toContain("a.b")
})

test("one who comes back and does not read holds back nobody, and misses nothing", async (t) => {
  const gate = new Gate(1, 100)
  const pages = 30
  const readMissed: ReadMissed = (_metric, afterNs) =>
    gate.each(async function* () {
      for (let page = 0; page < pages && afterNs === 0n; page++) {
        yield { kind: "points", columns: columns(1 + page * 1000, 1000) }
      }
    })
  const stalled = setUp(t, readMissed)
  stalled.transport.backlogBytes = 1_000_000
  stalled.viewer.watch(["a.b"], 0, () => 0n)
  const reading = setUp(t, readMissed)
  reading.viewer.watch(["a.b"], 0, () => 0n)
  const points = () =>
    reading.sent.flatMap(({ points }) => (points as Record<string, unknown[]> | undefined)?.["a.b"] ?? [])
  await expect.poll(() => points().length).toBe(pages * 1000)
  stalled.viewer.onPoints("a.b", columns(pages * 1000, 2))
  stalled.transport.backlogBytes = 0
  const got = () =>
    stalled.sent.reduce((sum, { rows, points }) => {
      const [some, single] = [rows, points].map(
        (part) => (part as Record<string, unknown[][]> | undefined)?.["a.b"] ?? [],
      )
      return sum + single!.length + some!.reduce((all, row) => all + Number(row[4]), 0)
    }, 0)
  await expect.poll(got).toBe(pages * 1000 + 1)
  expect(stalled.viewer.positionOf("a.b")).toBe(BigInt(pages * 1000 + 1))
})

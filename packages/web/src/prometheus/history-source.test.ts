import { HistoryError, HistoryRequestType, HistoryResponse } from "@metricq/client"
import { expect, test } from "vitest"
import { HistorySource } from "./history-source.js"
import { metricTable } from "./metric-table.js"
import { rowLengthOf } from "./rows.js"
import type { Stretch } from "./stretch.js"

const noSignal = new AbortController().signal
const ms = (value: number) => BigInt(Math.round(value * 1e6))

type Row = { at: number; value?: number; count?: number; active: number }
type Request = { type: HistoryRequestType; start?: bigint; end?: bigint; interval?: string }

const pointsAnswer = (points: readonly (readonly [number, number])[]) =>
  new HistoryResponse({
    ...{ metric: "a.b", error: "", aggregates: columns([]), legacy: noLegacy },
    ...{ times: BigInt64Array.from(points, ([at]) => ms(at)), values: Float64Array.from(points, ([, value]) => value) },
  } as never)

const rowsAnswer = (rows: readonly Row[]) =>
  new HistoryResponse({
    ...{ metric: "a.b", error: "", values: new Float64Array(0), aggregates: columns(rows), legacy: noLegacy },
    times: BigInt64Array.from(rows, ({ at }) => ms(at)),
  } as never)

const none = new Float64Array(0)
const noLegacy = { minimum: none, maximum: none, average: none }

function columns(rows: readonly Row[]) {
  const value = ({ value = 1 }: Row) => value
  return {
    minimum: Float64Array.from(rows, value),
    maximum: Float64Array.from(rows, value),
    sum: Float64Array.from(rows, (row) => value(row) * (row.count ?? 1)),
    count: BigUint64Array.from(rows, ({ count = 1 }) => BigInt(count)),
    integralNs: Float64Array.from(rows, (row) => value(row) * row.active * 1e6),
    activeTimeNs: BigInt64Array.from(rows, ({ active }) => ms(active)),
  }
}

const noMetrics = metricTable({ get: () => undefined, list: () => [] })

/** A source over a database that answers so, and what it has been asked. */
function sourceOf(answer: (request: Request) => HistoryResponse) {
  const asked: Request[] = []
  const history = {
    async historyDataRequest(_metric: string, start: never, end: never, interval: string | undefined, options: never) {
      const { type } = options as { type: HistoryRequestType }
      const ns = (time: { posixNs: bigint } | undefined) => time?.posixNs
      const request = { type, start: ns(start), end: ns(end), interval }
      asked.push(request)
      return answer(request)
    },
  }
  return { asked, source: new HistorySource(history as never, noMetrics, { rows: 1000, points: 1000 }) }
}

const pieces = ({ from, to, count, active }: Stretch) =>
  Array.from(to, (end, i) => ({ from: from[i], to: end, count: count[i], active: active[i] }))

const { aggregate, aggregateTimeline, flexTimeline, lastValue } = HistoryRequestType

test("rows that fit the steps are asked for once; the last nanosecond of a window belongs to it", async () => {
  const { source, asked } = sourceOf(() => rowsAnswer([0, 10, 20, 50].map((at) => ({ at, count: 2, active: 10 }))))
  const stretch = await source.read("a.b", 0, 60, 10, "aggregates", noSignal)
  expect(asked).toEqual([{ type: flexTimeline, start: 0n, end: ms(60) + 1n, interval: `${ms(10)}ns` }])
  expect(stretch.kind).toBe("rows")
  expect(pieces(stretch).map(({ from, to }) => [from, to])).toEqual([
    [0, 10],
    [10, 20],
    [20, 30],
    [50, 60],
  ])
})

test("rows that do not fit the steps are asked for again, shorter", async () => {
  const { source, asked } = sourceOf(({ interval }) => {
    const row = interval === `${ms(15)}ns` ? 10 : 1
    return rowsAnswer(Array.from({ length: 60 / row }, (_, i) => ({ at: i * row, active: row })))
  })
  const stretch = await source.read("a.b", 0, 60, 15, "aggregates", noSignal)
  expect(asked.map(({ interval }) => interval)).toEqual([`${ms(15)}ns`, `${ms(1.5)}ns`])
  expect(stretch.to).toHaveLength(60)
})

test("one window is one aggregate of exactly its time", async () => {
  const { source, asked } = sourceOf(() => rowsAnswer([{ at: 5, count: 7, active: 9 }]))
  const stretch = await source.read("a.b", 5, 15, 10, "aggregates", noSignal)
  expect(asked).toEqual([{ type: aggregate, start: ms(5) + 1n, end: ms(15) + 1n, interval: undefined }])
  expect(pieces(stretch)).toEqual([{ from: 5, to: 15, count: 7, active: 9 }])
  const empty = sourceOf(() => rowsAnswer([{ at: 5, count: 0, active: 0 }]))
  expect((await empty.source.read("a.b", 5, 15, 10, "aggregates", noSignal)).to).toHaveLength(0)
})

test("points have the time that their aggregates tell, and after the last there is what is known of it", async () => {
  const { source } = sourceOf(({ type }) => {
    if (type === aggregateTimeline) return rowsAnswer([10, 20, 90].map((at) => ({ at, active: 10 })))
    if (type === aggregate) return rowsAnswer([{ at: 90, value: 4, count: 0, active: 5 }])
    return pointsAnswer([
      [10, 1],
      [20, 2],
      [90, 3],
    ])
  })
  const stretch = await source.read("a.b", 0, 100, 1, "aggregates", noSignal)
  expect(stretch.kind).toBe("points")
  expect(pieces(stretch)).toEqual([
    { from: 10, to: 10, count: 1, active: 0 },
    { from: 10, to: 20, count: 1, active: 10 },
    { from: 80, to: 90, count: 1, active: 10 },
    { from: 95, to: 100, count: 0, active: 5 },
  ])
})

test("every point is read where they are not too many, NaN left out", async () => {
  const counted = (count: number) =>
    sourceOf(({ type }) =>
      type === aggregate
        ? rowsAnswer([{ at: 0, count, active: 1 }])
        : pointsAnswer([
            [10, 1],
            [20, Number.NaN],
            [30, 3],
          ]),
    ).source.read("a.b", 0, 100, 10, "points", noSignal)
  expect((await counted(3)).to).toEqual(Float64Array.of(10, 30))
  await expect(counted(1001)).rejects.toMatchObject({ type: "execution", message: expect.stringContaining("1001") })
})

test("the last point up to a moment is the newest, or the one before it", async () => {
  const { source, asked } = sourceOf(({ type }) => pointsAnswer(type === lastValue ? [[100, 9]] : [[40, 4]]))
  expect(await source.last("a.b", Number.POSITIVE_INFINITY, noSignal)).toEqual({ timeMs: 100, value: 9 })
  expect(await source.last("a.b", 100, noSignal)).toEqual({ timeMs: 100, value: 9 })
  expect(asked).toHaveLength(2)
  expect(await source.last("a.b", 50, noSignal)).toEqual({ timeMs: 40, value: 4 })
  expect(asked.at(-1)).toEqual({ type: flexTimeline, start: ms(50), end: ms(50) + 1n, interval: "0ns" })
})

test("of what nobody stores nothing is known; other errors are errors", async () => {
  const failing = (code: string) =>
    sourceOf(() => {
      throw new HistoryError(code, "no", { metric: "a.b" })
    }).source
  expect((await failing("not-stored").read("a.b", 0, 9, 1, "aggregates", noSignal)).to).toHaveLength(0)
  expect(await failing("not-stored").last("a.b", 9, noSignal)).toBeUndefined()
  await expect(failing("damaged").read("a.b", 0, 9, 1, "aggregates", noSignal)).rejects.toMatchObject({
    code: "damaged",
  })
})

test("the length of rows follows from their begins", () => {
  expect(rowLengthOf(BigInt64Array.of(30n, 40n, 70n), 15n)).toBe(10n)
  expect(rowLengthOf(BigInt64Array.of(30n, 60n), 15n)).toBe(15n)
  expect(rowLengthOf(BigInt64Array.of(30n), 20n)).toBe(15n)
  expect(rowLengthOf(new BigInt64Array(0), 20n)).toBe(20n)
})

test("metrics are those that a database stores; hidden ones are found by name only", () => {
  const entries = {
    "a.seen": { historic: true, unit: "W", source: "s", rate: 4 },
    "a.exact": { historic: true, interval: "250ms" },
    "a.hidden": { historic: true, hidden: true },
    "a.live": { unit: "W" },
  }
  const catalogue = new Map(Object.entries(entries).map(([name, metadata]) => [name, { name, metadata }]))
  const table = metricTable({ get: (name) => catalogue.get(name), list: () => [...catalogue.values()] })
  expect([...table.all()]).toEqual([
    { name: "a.seen", unit: "W", source: "s", description: "", intervalMs: 250 },
    { name: "a.exact", unit: "", source: "", description: "", intervalMs: 250 },
  ])
  expect(table.find("a.hidden")).toBeDefined()
  expect(table.find("a.live")).toBeUndefined()
})

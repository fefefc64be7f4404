import { AggregateTimeline, type HistoryClient } from "@metricq/client"
import { Timedelta as Span, type Timedelta, Timestamp } from "@metricq/protocol"
import { expect, test } from "vitest"
import { aggregateSeries, noProgress } from "./data.js"

const S = 1_000_000_000n

/** A client whose database has rows of a thousandth, a hundredth, … of 1000 s, one point in each second. */
function clientOf(asked: Timedelta[]): HistoryClient {
  const historyAggregateTimeline = async (
    _metric: string,
    { start, end, intervalMax }: { start: Timestamp; end: Timestamp; intervalMax: Timedelta },
  ) => {
    asked.push(intervalMax)
    const lengthNs = [1000n, 100n, 10n, 1n].map((length) => length * S).find((ns) => ns <= intervalMax.ns) ?? S
    const times: bigint[] = []
    for (let ns = start.posixNs - (start.posixNs % lengthNs); ns < end.posixNs; ns += lengthNs) times.push(ns)
    const points = Number(lengthNs / S)
    return new AggregateTimeline(BigInt64Array.from(times), {
      minimum: new Float64Array(times.length),
      maximum: new Float64Array(times.length),
      sum: new Float64Array(times.length),
      count: BigUint64Array.from(times, () => BigInt(points)),
      integralNs: new Float64Array(times.length),
      activeTimeNs: BigInt64Array.from(times, () => lengthNs),
    })
  }
  return { historyAggregateTimeline } as unknown as HistoryClient
}

async function rowsOf(seconds: [begin: number, end: number], interval: string, exact: boolean) {
  const asked: Timedelta[] = []
  const [begin, end] = seconds.map((second) => Timestamp.fromPosixSeconds(second)) as [Timestamp, Timestamp]
  const length = { interval: Span.parse(interval), exact }
  const { signal } = new AbortController()
  const [series] = aggregateSeries(clientOf(asked), ["lab.a"], { begin, end }, length, noProgress(), signal)
  const rows: [second: number, points: number][] = []
  for await (const { times, count } of series!.columns) {
    rows.push(...Array.from(times, (ns, index): [number, number] => [Number(ns / S), Number(count[index])]))
  }
  return { rows, asked: asked.map(({ s }) => s) }
}

test("rows are added up to the very length asked for, and are whole at both ends", async () => {
  expect(await rowsOf([5400, 9000], "1h", true)).toEqual({
    rows: [
      [3600, 3600],
      [7200, 3600],
    ],
    asked: [3600, 200],
  })
})

test("where it need not be exact, whole rows of the database do", async () => {
  expect(await rowsOf([5400, 9000], "1h", false)).toEqual({
    rows: [
      [3000, 3000],
      [6000, 3000],
      [9000, 2000],
    ],
    asked: [3600],
  })
})

test("where too many would have to be read, rows are shorter", async () => {
  const { rows, asked } = await rowsOf([0, 1_000_000], "1001s", true)
  expect(asked).toEqual([1001])
  expect(rows[1]).toEqual([1000, 1000])
})

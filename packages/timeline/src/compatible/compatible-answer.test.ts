import type { HistoryRequest, HistoryRequestType, HistoryResponseParts } from "@metricq/protocol"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { rowsDifference, timelineRowsOf } from "../testing/comparing.js"
import { originNs, SEEDS } from "../testing/drawn-points.js"
import { drawnQuery } from "../testing/drawn-queries.js"
import { memoryRun } from "../testing/memory-run.js"
import { NaiveOriginal } from "../testing/naive-original.js"
import { compatibleAnswer } from "./compatible-answer.js"

const seed = fc.nat(SEEDS - 1)
const input = fc.record({
  // Without longest gap.
  choice: fc.nat(8),
  drawn: fc.array(
    fc.record({
      seeds: fc.array(seed, { minLength: 1, maxLength: 40 }),
      startNs: fc.nat(50).map((us) => us * 500),
      levelMask: fc.nat(2 ** 11 - 1),
      blockPoints: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  times: fc.tuple(seed, seed),
  level: seed,
})
const interval = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 999 }) },
  { weight: 3, arbitrary: fc.integer({ min: 1000, max: 60_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0, 1000, 10_000, 2_000_000) },
)

function parts({ times, values, aggregates, error }: HistoryResponseParts) {
  const rows = aggregates && times ? timelineRowsOf({ intervalNs: 0n, times, aggregates }) : []
  const points = values ? Array.from(values, (value, i) => ({ ns: times![i]!, value })) : []
  return { rows, points, error: error ?? "" }
}

test("answers are those of the original's rules", async () => {
  await fc.assert(
    fc.asyncProperty(input, interval, fc.nat(3), fc.boolean(), async (numbers, intervalMax, type, swap) => {
      const { runs, points, parameters, beginNs, endNs } = drawnQuery({ ...numbers, gap: 3 })
      const request: HistoryRequest = {
        startTimeNs: swap ? endNs : beginNs,
        endTimeNs: swap ? beginNs : endNs,
        intervalMaxNs: BigInt(intervalMax),
        type: type as HistoryRequestType,
      }
      const wanted = new NaiveOriginal(points, parameters).answer(request)
      const found = parts(await compatibleAnswer({ metric: "a.b", parameters, runs }, request))
      expect(rowsDifference(found.rows, wanted.rows)).toBeUndefined()
      expect([found.points, found.error]).toEqual([wanted.points, wanted.error])
    }),
    { numRuns: 3000 },
  )
})

describe("compatible timelines", () => {
  const parameters = { intervalMinNs: 1000n, intervalMaxNs: 10_000n, intervalFactor: 10, maxGapNs: undefined }
  const points = Array.from({ length: 50 }, (_, i) => ({ ns: originNs + BigInt(i * 500), value: i }))
  const source = { metric: "a.b", parameters, runs: [memoryRun(points, parameters)] }
  const timesOf = async (begin: number, end: number, intervalMaxNs: bigint, options = {}) => {
    const window = { startTimeNs: originNs + BigInt(begin), endTimeNs: originNs + BigInt(end) }
    const { times, error } = await compatibleAnswer(source, { ...window, intervalMaxNs, type: 0 }, options)
    return error ?? Array.from(times ?? [], (ns) => Number(ns - originNs))
  }

  test("of an empty window have the row it lies in, but none on a border", async () => {
    expect(await timesOf(2500, 2500, 1000n)).toEqual([2000])
    expect(await timesOf(2000, 2000, 1000n)).toEqual([])
  })

  test("that are too long are an error", async () => {
    const options = { maxBytes: 1024 + 10 * 70 }
    expect(await timesOf(0, 10_000, 1000n, options)).toHaveLength(10)
    expect(await timesOf(0, 10_001, 1000n, options)).toMatch(/more than 10 rows/)
    expect(await timesOf(0, 5000, 0n, options)).toHaveLength(10)
    expect(await timesOf(0, 5001, 0n, options)).toMatch(/more than 10 points/)
  })
})

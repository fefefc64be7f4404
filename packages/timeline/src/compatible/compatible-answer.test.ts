import type { HistoryRequest, HistoryRequestType, HistoryResponseParts } from "@metricq/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { rowsDifference, timelineRowsOf } from "../testing/comparing.js"
import { SEEDS } from "../testing/drawn-points.js"
import { drawnQuery } from "../testing/drawn-queries.js"
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

import fc from "fast-check"
import { expect, test } from "vitest"
import type { PointBlock } from "../point-block.js"
import { aggregateDifference, plainRows, rowsDifference } from "../testing/comparing.js"
import { drawnParameters, originNs, SEEDS } from "../testing/drawn-points.js"
import { drawnQuery } from "../testing/drawn-queries.js"
import { memoryRun } from "../testing/memory-run.js"
import type { NaivePoint } from "../testing/naive-model.js"
import { pointTime } from "./block-search.js"
import { lastPoint, pointAtOrAfter, pointAtOrBefore } from "./find-point.js"
import { readAggregate } from "./read-aggregate.js"
import { readPoints } from "./read-points.js"
import { readRows } from "./read-rows.js"

const seed = fc.nat(SEEDS - 1)
const drawnRun = fc.record({
  seeds: fc.array(seed, { minLength: 1, maxLength: 40 }),
  startNs: fc.oneof(
    fc.nat(50).map((us) => us * 500),
    fc.nat(30_000),
  ),
  levelMask: fc.nat(2 ** 11 - 1),
  blockPoints: fc.integer({ min: 1, max: 20 }),
})
const input = fc.record({
  choice: fc.nat(62),
  drawn: fc.array(drawnRun, { minLength: 1, maxLength: 5 }),
  times: fc.tuple(seed, seed),
  level: seed,
})

async function plainPoints(blocks: AsyncIterable<PointBlock>): Promise<NaivePoint[]> {
  const points: NaivePoint[] = []
  for await (const block of blocks) {
    block.values.forEach((value, i) => {
      points.push({ ns: pointTime(block, i), value })
    })
  }
  return points
}

test("the aggregate of any window over any runs is that of the definition", async () => {
  await fc.assert(
    fc.asyncProperty(input, async (drawn) => {
      const { runs, model, parameters, beginNs, endNs } = drawnQuery(drawn)
      const found = await readAggregate(runs, parameters, beginNs, endNs)
      expect(aggregateDifference(found, model.aggregate(beginNs, endNs))).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})

test("rows of any level are those of the definition", async () => {
  await fc.assert(
    fc.asyncProperty(input, async (drawn) => {
      const { runs, model, parameters, level, intervalNs, beginNs, endNs } = drawnQuery(drawn)
      const found = await readRows(runs, parameters, level, beginNs, endNs)
      expect(found).toMatchObject({ level, intervalNs })
      const wanted = beginNs < endNs ? model.rows(intervalNs, beginNs, endNs) : []
      expect(rowsDifference(plainRows(found.blocks, intervalNs), wanted)).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})

test("points of runs that overlap are one stream, in which the last written counts", async () => {
  await fc.assert(
    fc.asyncProperty(input, async (drawn) => {
      const { runs, model, beginNs, endNs } = drawnQuery(drawn)
      expect(await plainPoints(readPoints(runs, beginNs, endNs))).toEqual(model.raw(beginNs, endNs))
      expect(lastPoint(runs)).toEqual(model.last())
      expect(await pointAtOrBefore(runs, beginNs)).toEqual(model.atOrBefore(beginNs))
      expect(await pointAtOrAfter(runs, beginNs)).toEqual(model.atOrAfter(beginNs))
    }),
    { numRuns: 1000 },
  )
})

test("points on both sides of a long gap are found", async () => {
  const parameters = drawnParameters(0)
  const near = Array.from({ length: 1000 }, (_, i) => ({ ns: originNs + BigInt(i), value: i }))
  const far = near.map(({ ns, value }) => ({ ns: ns + 10n ** 16n, value }))
  const run = memoryRun([...near, ...far], parameters, { blockPoints: 100 })
  expect(await pointAtOrAfter([run], near.at(-1)!.ns + 1n)).toEqual(far[0])
  expect(await pointAtOrBefore([run], far[0]!.ns - 1n)).toEqual(near.at(-1))
})

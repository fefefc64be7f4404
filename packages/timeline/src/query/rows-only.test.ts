import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import { aggregateDifference, plainRows, rowsDifference } from "../testing/comparing.js"
import { drawnParameters, drawnPoints, drawnTime, originNs, SEEDS } from "../testing/drawn-points.js"
import { type MemoryRun, memoryRun } from "../testing/memory-run.js"
import { NaiveModel } from "../testing/naive-model.js"
import { readAggregate } from "./read-aggregate.js"
import { readRows } from "./read-rows.js"
import { timelineRows } from "./timeline-rows.js"

const seed = fc.nat(SEEDS - 1)
const input = fc.record({
  choice: fc.nat(62),
  seeds: fc.array(seed, { minLength: 3, maxLength: 90 }),
  level: seed,
  finest: fc.tuple(seed, seed),
  times: fc.tuple(seed, seed, seed),
})

/** Three runs one after the other; of the first and the third only rows are left, each from a level of its own on. */
function drawn({ choice, seeds, level, finest, times }: typeof input extends fc.Arbitrary<infer T> ? T : never) {
  const parameters = drawnParameters(choice)
  const intervals = levelIntervals(parameters)
  const points = drawnPoints(seeds)
  const third = Math.floor(points.length / 3)
  const levelsFrom = (from: number) => intervals.map((_, k) => k).slice(from % intervals.length)
  const rowsOf = (from: number, to: number, of: number, sequence: number) =>
    memoryRun(points.slice(from, to), parameters, { sequence, levels: levelsFrom(of), hasPoints: false })
  const runs = [
    rowsOf(0, third, finest[0], 1),
    memoryRun(points.slice(third, 2 * third), parameters, { sequence: 2, levels: [0] }),
    rowsOf(2 * third, points.length, finest[1], 3),
  ]
  const model = new NaiveModel(parameters.maxGapNs)
  model.append(points)
  const sorted = times.map((number) => drawnTime(points, number)).sort((a, b) => (a < b ? -1 : 1))
  return {
    parameters,
    intervals,
    runs,
    model,
    level: level % intervals.length,
    times: sorted as [bigint, bigint, bigint],
  }
}

describe("where points have been given up", () => {
  test("rows are those of the level, or of the finest there is", async () => {
    await fc.assert(
      fc.asyncProperty(input, async (numbers) => {
        const { parameters, runs, model, level, times } = drawn(numbers)
        const found = await readRows(runs, parameters, level, times[0], times[2])
        const wanted = times[0] < times[2] ? model.rows(found.intervalNs, times[0], times[2]) : []
        expect(rowsDifference(plainRows(found.blocks, found.intervalNs), wanted)).toBeUndefined()
        expect(found.level).toBeGreaterThanOrEqual(level)
        const reached = runs.filter(({ firstNs, lastNs }) => lastNs >= times[0] && firstNs < times[2])
        const finest = Math.max(level, ...reached.filter((run) => !run.hasPoints).map(({ levels }) => levels[0]!))
        expect(found.level).toBeGreaterThanOrEqual(finest)
      }),
      { numRuns: 1000 },
    )
  })

  test("an aggregate is exact between borders of rows, and neighbouring windows add up anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(input, async (numbers) => {
        const { parameters, intervals, runs, model, times } = drawn(numbers)
        const [a, b, c] = times
        const alignedNs = (ns: bigint) => ns - (ns % intervals.at(-1)!)
        const found = await readAggregate(runs, parameters, alignedNs(a), alignedNs(c))
        expect(aggregateDifference(found, model.aggregate(alignedNs(a), alignedNs(c)))).toBeUndefined()
        const [all, before, after] = await Promise.all([
          readAggregate(runs, parameters, a, c),
          readAggregate(runs, parameters, a, b),
          readAggregate(runs, parameters, b, c),
        ])
        expect(before.count + after.count).toBe(all.count)
        expect(before.activeNs + after.activeNs).toBe(all.activeNs)
      }),
      { numRuns: 1000 },
    )
  })
})

describe("late points where only rows are left", () => {
  const parameters: LevelParameters = {
    intervalMinNs: 1000n,
    intervalMaxNs: 10_000n,
    intervalFactor: 10,
    maxGapNs: undefined,
  }
  const at = (us: number, value: number) => ({ ns: originNs + BigInt(us * 1000), value })
  const rowsOnly = memoryRun([at(0.75, 4), at(5.5, 6), at(8, 2)], parameters, { levels: [0, 1], hasPoints: false })
  const early = at(0.25, 1)
  const late = [at(0.5, 3), at(3.25, 10), at(3.5, 20), at(9, 5)]
  const lateRun = memoryRun(late, parameters, { sequence: 2, levels: [0] })
  const runs: MemoryRun[] = [memoryRun([early], parameters, { sequence: 3 }), rowsOnly, lateRun]

  test("are added to the rows, but not to their time", async () => {
    const { blocks } = await readRows(runs, parameters, 0, originNs, originNs + 20_000n)
    const rows = plainRows(blocks, 1000n).map(
      ({ beginNs, ...row }) => [Number(beginNs - originNs) / 1000, row] as const,
    )
    const row = (us: number) => rows.find(([begin]) => begin === us)?.[1]
    expect(rows).toHaveLength(10)
    expect(row(0)).toEqual({ minimum: 1, maximum: 6, sum: 8, count: 3, integral: 250 * (3 + 4 + 6), activeNs: 750 })
    expect(row(3)).toEqual({ minimum: 6, maximum: 20, sum: 30, count: 2, integral: 6000, activeNs: 1000 })
    expect(row(8)).toEqual({ minimum: 2, maximum: 5, sum: 2, count: 1, integral: 5000, activeNs: 1000 })
    expect(row(9)).toEqual({ minimum: 5, maximum: 5, sum: 5, count: 1, integral: 0, activeNs: 0 })
  })

  test("are in the aggregates of neighbouring windows once", async () => {
    const time = fc.nat(11_000).map((ns) => originNs + BigInt(ns))
    await fc.assert(
      fc.asyncProperty(fc.tuple(time, time, time), async (times) => {
        const [a, b, c] = times.sort((x, y) => (x < y ? -1 : 1)) as [bigint, bigint, bigint]
        const [all, before, after] = await Promise.all([
          readAggregate(runs, parameters, a, c),
          readAggregate(runs, parameters, a, b),
          readAggregate(runs, parameters, b, c),
        ])
        expect([before.count + after.count, before.sum + after.sum]).toEqual([all.count, all.sum])
        expect(before.activeNs + after.activeNs).toBe(all.activeNs)
      }),
    )
  })

  test("are in aggregates", async () => {
    const all = await readAggregate(runs, parameters, originNs, originNs + 20_000n)
    expect(all).toMatchObject({ count: 8, sum: 51, activeNs: 8750 })
    expect((await readAggregate(runs, parameters, originNs + 3000n, originNs + 4000n)).sum).toBe(30)
  })
})

describe("a timeline finer than the rows that are left", () => {
  const parameters: LevelParameters = {
    intervalMinNs: 1000n,
    intervalMaxNs: 10_000n,
    intervalFactor: 10,
    maxGapNs: undefined,
  }
  const points = Array.from({ length: 40 }, (_, i) => ({ ns: originNs + BigInt(i * 1000), value: i }))
  const rowsOnly = memoryRun(points.slice(0, 20), parameters, { levels: [1], hasPoints: false })
  const withPoints = memoryRun(points.slice(20), parameters, { levels: [0], sequence: 2 })
  const intervalOf = async (begin: number, end: number, max: number) => {
    const [beginNs, endNs] = [originNs + BigInt(begin * 1000), originNs + BigInt(end * 1000)]
    return Number((await timelineRows([rowsOnly, withPoints], parameters, beginNs, endNs, BigInt(max))).intervalNs)
  }

  test("is of those rows where it meets them", async () => {
    expect(await intervalOf(5, 30, 1000)).toBe(10_000)
    expect(await intervalOf(20, 30, 1000)).toBe(1000)
    expect(await intervalOf(5, 6, 999)).toBe(10_000)
  })

  test("of points is of all points there are, and of rows where there are none", async () => {
    expect(await intervalOf(5, 30, 0)).toBe(0)
    expect(await intervalOf(5, 10, 0)).toBe(10_000)
  })
})

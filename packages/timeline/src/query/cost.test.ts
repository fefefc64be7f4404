import { describe, expect, test } from "vitest"
import type { LevelParameters } from "../level-parameters.js"
import { originNs } from "../testing/drawn-points.js"
import { memoryRun } from "../testing/memory-run.js"
import { Pace } from "./pace.js"
import { readAggregate } from "./read-aggregate.js"
import { readPoints } from "./read-points.js"
import { readRows } from "./read-rows.js"
import { levelsWorthStoring } from "./run-rows.js"

const second = 1_000_000_000n
const parameters: LevelParameters = {
  intervalMinNs: 100n * second,
  intervalMaxNs: 1_000_000n * second,
  intervalFactor: 10,
  maxGapNs: undefined,
}

/** A run of a point a second, in blocks of a thousand, with its rows. */
function longRun(points: number) {
  const all = Array.from({ length: points }, (_, i) => ({ ns: originNs + BigInt(i) * second, value: i % 100 }))
  const levels = levelsWorthStoring(parameters, { points, firstNs: all[0]!.ns, lastNs: all.at(-1)!.ns })
  return memoryRun(all, parameters, { levels, blockPoints: 1000 })
}

describe("what is read", () => {
  test("is nothing for whole runs", async () => {
    const run = longRun(20_000)
    expect((await readAggregate([run], parameters, 0n, originNs * 2n)).count).toBe(20_000)
    expect([run.pointBlocksRead, run.rowBlocksRead]).toEqual([0, 0])
  })

  test("does not grow with the length of an aggregate", async () => {
    const read = async (points: number) => {
      const run = longRun(points)
      await readAggregate([run], parameters, run.firstNs + 1n, run.lastNs - 1n)
      return run
    }
    const [short, long] = [await read(20_000), await read(200_000)]
    expect(long.pointBlocksRead).toBeLessThanOrEqual(short.pointBlocksRead)
    expect(long.pointBlocksRead).toBeLessThanOrEqual(6)
    expect(long.rowBlocksRead).toBeLessThanOrEqual(6)
  })

  test("is only rows for rows, at a late run only the points beside it", async () => {
    const run = longRun(200_000)
    const { blocks } = await readRows([run], parameters, 0, run.firstNs, run.lastNs)
    expect(blocks.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(2000)
    expect(run.pointBlocksRead).toBe(0)
    const late = memoryRun([{ ns: originNs + 77_777n * second + 5n, value: 1 }], parameters, { sequence: 2 })
    await readRows([run, late], parameters, 0, run.firstNs, run.lastNs)
    expect(run.pointBlocksRead).toBeLessThanOrEqual(6)
  })

  test("is every block of points once", async () => {
    const run = longRun(200_000)
    let points = 0
    for await (const { offsets } of readPoints([run], 0n, originNs * 2n)) points += offsets.length
    expect([points, run.pointBlocksRead]).toEqual([200_000, 200])
  })
})

test("a long read lets others run", async () => {
  const pace = new Pace()
  let others = 0
  setImmediate(() => others++)
  await pace.step()
  expect(others).toBe(0)
  for (const since = performance.now(); performance.now() - since < 20; ) Math.random()
  await pace.step()
  expect(others).toBe(1)
})

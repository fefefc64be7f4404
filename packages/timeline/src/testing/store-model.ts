import assert from "node:assert/strict"
import type { Aggregate } from "../aggregate.js"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { Timeline } from "../timeline.js"
import { aggregateDifference, rowsDifference, timelineRowsOf } from "./comparing.js"
import { drawnTime } from "./drawn-points.js"
import { NaiveModel, type NaivePoint } from "./naive-model.js"

/** What a store should hold of a metric. */
export class MetricModel {
  parameters: LevelParameters
  readonly values = new Map<bigint, number>()

  constructor(parameters: LevelParameters) {
    this.parameters = parameters
  }

  append(points: readonly NaivePoint[]): void {
    for (const { ns, value } of points) this.values.set(ns, value)
  }

  delete(beginNs: bigint, endNs: bigint): void {
    for (const ns of [...this.values.keys()]) if (ns >= beginNs && ns < endNs) this.values.delete(ns)
  }

  naive(): NaiveModel {
    const naive = new NaiveModel(this.parameters.maxGapNs)
    naive.append(Array.from(this.values, ([ns, value]) => ({ ns, value })))
    return naive
  }
}

/** Compare all that a store says of a metric with the model, at times that the seed draws. */
export async function expectSame(timeline: Timeline, metric: string, model: MetricModel, seed: number): Promise<void> {
  const naive = model.naive()
  const points = naive.points()
  const [a, b] = [drawnTime(points, seed), drawnTime(points, (seed * 31 + 7) % 2 ** 32)]
  const [beginNs, endNs] = a < b ? [a, b] : [b, a]
  assert.deepEqual(pointsOf(await timeline.raw(metric, 0n, 2n ** 63n)), points)
  assert.deepEqual(pointsOf(await timeline.raw(metric, beginNs, endNs)), naive.raw(beginNs, endNs))
  const last = await timeline.last(metric)
  assert.deepEqual(last && { ns: last.timestamp.posixNs, value: last.value }, naive.last())
  for (const [fromNs, toNs] of [
    [0n, 2n ** 62n],
    [beginNs, endNs],
  ] as const) {
    const found = await timeline.aggregate(metric, fromNs, toNs)
    const fields = { ...found, integral: found.integralNs, activeNs: Number(found.activeTime.ns) }
    const wanted = naive.aggregate(fromNs, toNs)
    assert.equal(aggregateDifference(withoutRounding(fields, wanted), wanted), undefined)
  }
  const intervals = levelIntervals(model.parameters)
  const intervalNs = intervals[seed % intervals.length]!
  if ((endNs - beginNs) / intervalNs > 2000n) return
  const rows = await timeline.timeline(metric, beginNs, endNs, intervalNs)
  const wanted = beginNs < endNs ? naive.rows(intervalNs, beginNs, endNs) : []
  const found = timelineRowsOf(rows).map((row, i) => withoutRounding(row, wanted[i] ?? row))
  assert.equal(rowsDifference(found, wanted), undefined)
}

/** Times above 2^53 ns are added up as float64: the last bits depend on the order. */
function withoutRounding<A extends Aggregate>(found: A, wanted: Aggregate): A {
  const isNear = wanted.activeNs >= 2 ** 53 && Math.abs(found.activeNs - wanted.activeNs) <= 32
  return isNear ? { ...found, activeNs: wanted.activeNs } : found
}

export function pointsOf({ times, values }: { times: BigInt64Array; values: Float64Array }): NaivePoint[] {
  return Array.from(times, (ns, i) => ({ ns, value: values[i]! }))
}

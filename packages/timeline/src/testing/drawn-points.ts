import type { LevelParameters } from "../level-parameters.js"
import type { NaivePoint } from "./naive-model.js"

/*
 * Points, times and parameters where it is easy to go wrong, drawn by whole numbers, as property tests have them at hand.
 */

/** Where drawn points begin, more or less; on a border of rows of every level of {@link drawnParameters}. */
export const originNs = 1_600_000_000_000_000_000n

/** Seeds of points are below this. */
export const SEEDS = 2 ** 32

const factors = [2, 4, 10]
const longest = [1_000_000n, 15_999n, 1000n]
const gaps = [undefined, 1n, 300n, 500n, 1000n, 1500n, 25_000n]

/** Parameters whose shortest row is 1 μs long, with and without a longest gap; a choice of 63. */
export function drawnParameters(choice: number): LevelParameters {
  return {
    intervalMinNs: 1000n,
    intervalFactor: factors[choice % 3]!,
    intervalMaxNs: longest[Math.floor(choice / 3) % 3]!,
    maxGapNs: gaps[Math.floor(choice / 9) % 7],
  }
}

/** On borders of rows, beside them, within rows, and over many of them. */
const steps = [
  250, 500, 100, 250, 500, 100, 250, 500, 100, 1, 999, 1000, 1001, 2000, 2500, 7000, 25_000, 40_000, 1_000_000,
]

/**
 * Sorted points, one for each seed from 0 below {@link SEEDS}; the first lies `startNs` after the origin. One value in ten is `gap`.
 */
export function drawnPoints(seeds: readonly number[], startNs = 0, gap = Number.NaN): NaivePoint[] {
  let ns = originNs + BigInt(startNs)
  return seeds.map((seed, i) => {
    const choice = seed % (steps.length + 2)
    if (i > 0) ns += BigInt(steps[choice] ?? 1 + (Math.floor(seed / 32) % 20_000))
    return { ns, value: drawnValue(Math.floor(seed / 1024), gap) }
  })
}

function drawnValue(choice: number, gap: number): number {
  if (choice % 10 === 9) return gap
  const cents = (Math.floor(choice / 10) % 4001) - 2000
  return choice % 10 > 6 ? cents / 100 : cents
}

/** A time before, between, on, beside or after points, or on a border of rows. */
export function drawnTime(points: readonly NaivePoint[], seed: number): bigint {
  const sorted = points.map(({ ns }) => ns).sort((a, b) => (a < b ? -1 : 1))
  const firstNs = sorted[0] ?? originNs
  const span = (sorted.at(-1) ?? originNs) - firstNs + 4000n
  const choice = Math.floor(seed / 8)
  const anyNs = firstNs - 2000n + ((BigInt(choice) * 7919n) % span)
  const pointNs = sorted[choice % (sorted.length || 1)] ?? originNs
  switch (seed % 8) {
    case 0:
    case 1:
      return pointNs
    case 2:
      return pointNs - 1n
    case 3:
      return pointNs + 1n
    case 4:
    case 5:
      return anyNs - (anyNs % 1000n)
    default:
      return anyNs
  }
}

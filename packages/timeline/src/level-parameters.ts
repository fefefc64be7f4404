import { crc32 } from "node:zlib"
import { DataError } from "@metricq/protocol"

/**
 * How the points of a metric are aggregated: level k has rows of `intervalMinNs * intervalFactor^k`, as long as that is at most
 * `intervalMaxNs`. Rows are aligned to the epoch.
 */
export interface LevelParameters {
  readonly intervalMinNs: bigint
  readonly intervalMaxNs: bigint
  readonly intervalFactor: number
  /** How far back before its time a value holds at most; `undefined`: back to the previous point however far that is. */
  readonly maxGapNs: bigint | undefined
}

/** Those of the original where nothing else is said: rows from 10 s to 8760 h, a factor of 10, and values that hold for ever. */
export const defaultLevelParameters: LevelParameters = {
  intervalMinNs: 10_000_000_000n,
  intervalMaxNs: 31_536_000_000_000_000n,
  intervalFactor: 10,
  maxGapNs: undefined,
}

/** No row is shorter, so that row numbers are exact as float64. */
const SHORTEST_INTERVAL_NS = 1000n

/**
 * Check parameters.
 *
 * @throws {DataError} `level-parameters` naming `metric` and what is wrong
 */
export function checkLevelParameters(metric: string, parameters: LevelParameters): LevelParameters {
  const { intervalMinNs, intervalMaxNs, intervalFactor, maxGapNs } = parameters
  const wrong = (text: string): never => {
    throw new DataError("level-parameters", `${metric}: ${text}`)
  }
  if (intervalMinNs < SHORTEST_INTERVAL_NS) wrong(`interval_min is ${intervalMinNs} ns, but must be at least 1 μs`)
  if (intervalMaxNs < intervalMinNs) wrong(`interval_max (${intervalMaxNs} ns) is less than interval_min`)
  if (intervalMaxNs >= 2n ** 63n) wrong(`interval_max (${intervalMaxNs} ns) is too long`)
  if (!Number.isInteger(intervalFactor) || intervalFactor < 2 || intervalFactor > 1_000_000) {
    wrong(`interval_factor is ${intervalFactor}, but must be a whole number from 2 to 1000000`)
  }
  if (intervalMinNs % BigInt(intervalFactor) !== 0n) {
    wrong(`interval_min (${intervalMinNs} ns) is not divisible by interval_factor (${intervalFactor})`)
  }
  if (maxGapNs !== undefined && maxGapNs <= 0n) wrong(`the longest gap is ${maxGapNs} ns, but must be above zero`)
  return parameters
}

/** Length of the rows of each level, shortest first. */
export function levelIntervals({ intervalMinNs, intervalMaxNs, intervalFactor }: LevelParameters): bigint[] {
  const intervals: bigint[] = []
  for (let ns = intervalMinNs; ns <= intervalMaxNs; ns *= BigInt(intervalFactor)) intervals.push(ns)
  return intervals
}

/** Whether two parameters are the same. */
export function isSameParameters(a: LevelParameters, b: LevelParameters): boolean {
  return (
    a.intervalMinNs === b.intervalMinNs &&
    a.intervalMaxNs === b.intervalMaxNs &&
    a.intervalFactor === b.intervalFactor &&
    a.maxGapNs === b.maxGapNs
  )
}

/** A number that differs, nearly always, where parameters do; part of the format of segments. */
export function parametersChecksum(parameters: LevelParameters): number {
  const { intervalMinNs, intervalMaxNs, intervalFactor, maxGapNs } = parameters
  return crc32(`${intervalMinNs} ${intervalMaxNs} ${intervalFactor} ${maxGapNs ?? ""}`)
}

import { DataError, patternToRegExp } from "@metricq/protocol"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"

/** How long rows are kept whose points have been given up. */
export interface RowRetention {
  /** Rows at least so fine, that is of the longest level that is no longer, or the shortest there is. */
  readonly intervalNs: bigint
  /** They are given up in turn when they are older than this; without it they stay for ever. */
  readonly keepNs?: bigint
}

/** How long the points of some metrics are kept. */
export interface RetentionRule {
  /** A pattern of names, as on a command line, or a function that says which. Of several rules the first that fits counts. */
  readonly metrics: string | ((name: string) => boolean)
  /** Points older than this are given up, in portions of a sixteenth of this time; without it they stay for ever. */
  readonly pointsNs?: bigint
  /** What is kept of older ones; default nothing. */
  readonly rows?: readonly RowRetention[]
}

/** A rule with its pattern at hand. */
export interface CompiledRule {
  fits(name: string): boolean
  readonly pointsNs: bigint | undefined
  readonly rows: readonly RowRetention[]
}

/** @throws {DataError} `retention` for times that are not above zero; `pattern` */
export function compileRule({ metrics, pointsNs, rows = [] }: RetentionRule): CompiledRule {
  for (const ns of [pointsNs, ...rows.flatMap(({ intervalNs, keepNs }) => [intervalNs, keepNs])]) {
    if (ns !== undefined && ns <= 0n) throw new DataError("retention", `a time of ${ns} ns cannot be kept`)
  }
  if (typeof metrics === "function") return { fits: metrics, pointsNs, rows }
  const expression = patternToRegExp(metrics)
  return { fits: (name) => expression.test(name), pointsNs, rows }
}

/** A level, and how long its rows are kept; undefined: for ever. */
export interface LevelRetention {
  readonly level: number
  readonly keepNs: bigint | undefined
}

/** Which levels a rule keeps of a metric, ascending. */
export function levelsKept(rows: readonly RowRetention[], parameters: LevelParameters): LevelRetention[] {
  const intervals = levelIntervals(parameters)
  const kept = new Map<number, bigint | undefined>()
  for (const { intervalNs, keepNs } of rows) {
    const level = Math.max(
      0,
      intervals.findLastIndex((length) => length <= intervalNs),
    )
    const known = kept.has(level) ? kept.get(level) : 0n
    kept.set(level, known === undefined || keepNs === undefined ? undefined : known > keepNs ? known : keepNs)
  }
  return Array.from(kept, ([level, keepNs]) => ({ level, keepNs })).sort((a, b) => a.level - b.level)
}

/** The time before which something that is kept for `keepNs` is given up: it moves in steps, so that not every day everything is written anew. */
export function cutoff(nowNs: bigint, keepNs: bigint, alignNs: bigint): bigint {
  const stepNs = keepNs / 16n > alignNs ? keepNs / 16n : alignNs
  const ns = nowNs - keepNs
  const stepped = ns - (ns % stepNs)
  return stepped - (stepped % alignNs)
}

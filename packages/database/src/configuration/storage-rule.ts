import { checkLevelParameters, defaultLevelParameters, type LevelParameters } from "@metricq/timeline"
import { type LevelWishes, levelsFor } from "../metrics/level-choice.js"
import { type Retention, retentionOf } from "./retention.js"
import { keepNsOf, type MetricConfig, nanosecondsOf, type PatternConfig, type RetentionConfig } from "./schema.js"

/** How points of a metric are stored. */
export interface StorageRule {
  /** Levels of a metric with a point every `intervalNs`. */
  levels(intervalNs: bigint): LevelParameters
  /** Distance of points, where the configuration says it; `"any"`: the levels do not depend on it. */
  readonly interval: bigint | "any" | undefined
  readonly retention: Retention
  /** Equal for rules that store alike. */
  readonly key: string
}

/** The configuration keys that metrics and patterns share. */
type StorageConfig = Pick<
  MetricConfig & PatternConfig,
  "interval_min" | "interval_max" | "interval_factor" | "maxGap" | "retention"
>

/**
 * The rule of a metric that the configuration names: as in the original, with its defaults, and values that hold for ever.
 *
 * @throws {DataError} `level-parameters` naming the metric
 */
export function namedRule(name: string, config: StorageConfig, retention: RetentionConfig): StorageRule {
  const wishes = wishesOf(config)
  const { maxGapNs = "forever" } = wishes
  const levels = checkLevelParameters(name, {
    ...defaultLevelParameters,
    ...defined(wishes),
    maxGapNs: maxGapNs === "forever" ? undefined : maxGapNs,
  })
  return ruleOf(() => levels, "any", wishes, config.retention ?? retention)
}

/**
 * The rule of metrics stored by a pattern: what it does not say follows from the distance of the points.
 *
 * @throws {DataError} `level-parameters` naming the pattern
 */
export function patternRule(config: PatternConfig, retention: RetentionConfig): StorageRule {
  const wishes = wishesOf(config)
  const levels = (intervalNs: bigint) => levelsFor(intervalNs, wishes)
  const interval = config.interval === undefined ? undefined : nanosecondsOf(config.interval)
  checkLevelParameters(config.pattern, levels(interval ?? nanosecondsOf("1s")))
  const isSaid = wishes.intervalMinNs !== undefined && wishes.maxGapNs !== undefined
  return ruleOf(levels, interval ?? (isSaid ? "any" : undefined), wishes, config.retention ?? retention)
}

function ruleOf(
  levels: StorageRule["levels"],
  interval: StorageRule["interval"],
  wishes: LevelWishes,
  retention: RetentionConfig,
): StorageRule {
  const said = [interval, wishes.intervalMinNs, wishes.intervalMaxNs, wishes.intervalFactor, wishes.maxGapNs]
  const kept = retentionOf(retention)
  return { levels, interval, retention: kept, key: `${said.join(" ")} ${kept.key}` }
}

function wishesOf({ interval_min, interval_max, interval_factor, maxGap }: StorageConfig): LevelWishes {
  return {
    intervalMinNs: interval_min === undefined ? undefined : nanosecondsOf(interval_min),
    intervalMaxNs: interval_max === undefined ? undefined : nanosecondsOf(interval_max),
    intervalFactor: interval_factor,
    maxGapNs: maxGap === undefined ? undefined : (keepNsOf(maxGap) ?? "forever"),
  }
}

function defined(wishes: LevelWishes): Partial<Omit<LevelWishes, "maxGapNs">> {
  const { maxGapNs: _, ...rest } = wishes
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
}

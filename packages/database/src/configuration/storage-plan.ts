import { type CheckedConfig, ConfigError, checkConfig, MetricqError } from "@metricq/client"
import type { LevelParameters } from "@metricq/timeline"
import { NamePattern } from "./name-pattern.js"
import { type Retention, retentionOf } from "./retention.js"
import { type DatabaseConfig, databaseSchema, type MetricConfig, type PatternConfig } from "./schema.js"
import { namedRule, patternRule, type StorageRule } from "./storage-rule.js"

/** What a database subscribes: data comes as `input`, history is asked for as `name`; both may be patterns of the broker. */
export interface Subscription {
  readonly name: string
  readonly input: string
}

/** Where the points of an input go. */
export interface Destination {
  readonly name: string
  readonly rule: StorageRule
}

/** A metric that the configuration names. */
interface NamedMetric extends Subscription {
  readonly rule: StorageRule
  readonly writable: boolean
}

/** A pattern with what it leaves out. */
interface PatternChoice {
  readonly pattern: NamePattern
  readonly exclude: readonly NamePattern[]
  readonly rule: StorageRule
}

/** A configuration, ready to be followed: which metrics are stored, under which names, and how. */
export class StoragePlan {
  readonly config: DatabaseConfig
  /** What is odd about the document, a line each. */
  readonly warnings: readonly string[]
  /** How long points are kept of metrics that it does not store, from earlier times. */
  readonly retention: Retention
  readonly #named = new Map<string, NamedMetric>()
  /** Names by inputs. */
  readonly #inputs = new Map<string, string>()
  readonly #patterns: PatternChoice[] = []

  /** @throws {ConfigError} naming each place in the document of `token` that is wrong */
  constructor(token: string, document: unknown) {
    const { config, warnings }: CheckedConfig<DatabaseConfig> = checkConfig(
      { name: token, schema: databaseSchema },
      document,
    )
    this.config = config
    this.warnings = [...warnings, ...withoutMeaning(config)]
    this.retention = retentionOf(config.retention)
    const problems: string[] = []
    const collect = (place: string, work: () => void) => {
      try {
        work()
      } catch (error) {
        if (!(error instanceof MetricqError)) throw error
        problems.push(`${place}: ${error.message}`)
      }
    }
    for (const [name, metric] of Object.entries(config.metrics)) {
      collect(`metrics[${JSON.stringify(name)}]`, () => this.#addMetric(name, metric))
    }
    for (const [index, entry] of config.patterns.entries()) {
      const pattern = typeof entry === "string" ? { pattern: entry, exclude: [] } : entry
      collect(`patterns[${index}]`, () => this.#addPattern(pattern))
    }
    if (problems.length > 0) throw new ConfigError(token, problems)
  }

  /** How long points are kept: each way that is in use for some metrics. */
  get retentions(): Retention[] {
    const rules = [...this.#named.values(), ...this.#patterns].map(({ rule }) => rule.retention)
    return [...new Map([...rules, this.retention].map((each) => [each.key, each])).values()]
  }

  /** Whether another plan stores everything in the same way. */
  isSame(other: StoragePlan): boolean {
    const { metrics, patterns, retention } = this.config
    const theirs = other.config
    return (
      JSON.stringify([metrics, patterns, retention]) ===
      JSON.stringify([theirs.metrics, theirs.patterns, theirs.retention])
    )
  }

  /** What to subscribe for it: each metric that is named, and the patterns. */
  get subscriptions(): Subscription[] {
    const named = [...this.#named.values()].map(({ name, input }) => ({ name, input }))
    return [...named, ...this.patternKeys.map((key) => ({ name: key, input: key }))]
  }

  /** The keys by which an exchange delivers what the patterns match. */
  get patternKeys(): string[] {
    return [...new Set(this.#patterns.map(({ pattern }) => pattern.binding))]
  }

  /** The metrics that the configuration names, with their levels. */
  get named(): { name: string; levels: LevelParameters }[] {
    return [...this.#named.values()].map(({ name, rule }) => ({ name, levels: rule.levels(1n) }))
  }

  /** Patterns that took too long for some name, which they do not match then. */
  get slowPatterns(): string[] {
    const all = this.#patterns.flatMap(({ pattern, exclude }) => [pattern, ...exclude])
    return all.filter(({ isSlow }) => isSlow).map(({ text }) => text)
  }

  /** Where points that come as `input` are stored; undefined: nowhere. */
  destination(input: string): Destination | undefined {
    const name = this.#inputs.get(input)
    if (name !== undefined) {
      const metric = this.#named.get(name)
      return metric?.writable ? metric : undefined
    }
    // Under a name whose points come from somewhere else, or not at all, nothing else is stored.
    if (this.#named.has(input)) return undefined
    const rule = this.#patternRule(input)
    return rule && { name: input, rule }
  }

  /** How a metric is stored, by the name that history is asked for as; undefined: it is not. */
  rule(name: string): StorageRule | undefined {
    return this.#named.get(name)?.rule ?? (this.#inputs.has(name) ? undefined : this.#patternRule(name))
  }

  /** Whether a metric is named in the configuration. */
  names(name: string): boolean {
    return this.#named.has(name)
  }

  #patternRule(name: string): StorageRule | undefined {
    return this.#patterns.find(
      ({ pattern, exclude }) => pattern.matches(name) && !exclude.some((left) => left.matches(name)),
    )?.rule
  }

  #addMetric(name: string, metric: MetricConfig): void {
    if (metric.prefix) {
      if (metric.input !== undefined) throw new MetricqError("config", 'expected no "input" together with "prefix"')
      this.#patterns.push({
        pattern: new NamePattern(`${name}.**`),
        exclude: [new NamePattern(name)],
        rule: namedRule(name, metric, this.config.retention),
      })
      return
    }
    const input = metric.input ?? name
    const other = this.#inputs.get(input)
    if (other !== undefined) {
      throw new MetricqError("config", `input: expected an input of its own, got ${input}, which is stored as ${other}`)
    }
    this.#inputs.set(input, name)
    const rule = namedRule(name, metric, this.config.retention)
    this.#named.set(name, { name, input, rule, writable: metric.mode !== "R" })
  }

  #addPattern(config: PatternConfig): void {
    this.#patterns.push({
      pattern: new NamePattern(config.pattern),
      exclude: config.exclude.map((text) => new NamePattern(text)),
      rule: patternRule(config, this.config.retention),
    })
  }
}

/** A line for each setting that has no meaning here, most of them of metricq-db-hta. */
function withoutMeaning({ type, path, threads, logging, metrics, patterns }: DatabaseConfig): string[] {
  const odd: string[] = []
  if (Object.keys(metrics).length + patterns.length === 0)
    odd.push("nothing is stored: there are no metrics and no patterns")
  if (type !== undefined && type !== "file") odd.push(`type: ${JSON.stringify(type)} has no meaning here`)
  if (path !== undefined) odd.push("path: has no meaning here, the folder is said where the database is started")
  if (threads !== undefined) odd.push("threads: has no meaning here")
  if (logging.nan_values) odd.push("logging.nan_values: has no meaning here, NaN is stored and marks a gap")
  if (logging.non_monotonic_values)
    odd.push("logging.non_monotonic_values: has no meaning here, late points are stored")
  const writeOnly = Object.keys(metrics).filter((name) => metrics[name]?.mode === "W")
  if (writeOnly.length > 0)
    odd.push(
      `mode "W" of ${writeOnly[0]}${writeOnly.length > 1 ? " and others" : ""}: is as "RW" here, nothing is deleted`,
    )
  return odd
}

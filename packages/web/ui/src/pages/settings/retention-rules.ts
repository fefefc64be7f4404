/** Rows that are kept of points that are given up: at least so fine, and for how long. Texts such as `1min`, `90d`, `forever`. */
export interface KeptRows {
  interval: string
  keep: string
}

/** How long a database keeps some metrics. */
export interface RetentionRule {
  /** Metrics of a pattern, one metric by its name, or all that no other rule is for. */
  readonly kind: "pattern" | "metric" | "others"
  /** The pattern, or the name; `""` for all others. */
  name: string
  /** How long points are kept: a duration, `forever`, or `""` where the rule for all others holds. */
  points: string
  rows: KeptRows[]
  /** The entry it was read from, whose other keys stay. */
  readonly entry: unknown
}

type Document = Readonly<Record<string, unknown>>

/** The rules of a database's configuration: its patterns in order, then metrics that have one of their own, then that for all others. */
export function rulesOf(config: Document): RetentionRule[] {
  const patterns = listOf(config.patterns).map((entry) => ruleOf("pattern", patternOf(entry), entry))
  const metrics = Object.entries(objectOf(config.metrics))
    .filter(([, entry]) => objectOf(entry).retention !== undefined)
    .map(([name, entry]) => ruleOf("metric", name, entry))
  return [...patterns, ...metrics, ruleOf("others", "", { retention: config.retention ?? {} })]
}

/** The configuration with these rules in place of its own; everything else in it stays, and what is as it was is written as it was. */
export function withRules(config: Document, rules: readonly RetentionRule[]): Record<string, unknown> {
  const { retention: _, ...rest } = config
  const of = (kind: RetentionRule["kind"]) => rules.filter((rule) => rule.kind === kind)
  const patterns = of("pattern").map(entryOf)
  const metrics = Object.fromEntries(of("metric").map((rule) => [rule.name, entryOf(rule)]))
  const [others] = of("others")
  const retention = others && isChanged(others) ? retentionOf(others) : config.retention
  return {
    ...rest,
    ...(patterns.length > 0 || config.patterns !== undefined ? { patterns } : {}),
    ...(config.metrics === undefined ? {} : { metrics: { ...objectOf(config.metrics), ...metrics } }),
    ...(retention === undefined || (Object.keys(objectOf(retention)).length === 0 && config.retention === undefined)
      ? {}
      : { retention }),
  }
}

/** A new rule for a pattern. */
export function newRule(): RetentionRule {
  return { kind: "pattern", name: "", points: "90d", rows: [], entry: undefined }
}

/** Whether the rule can go without taking other settings of its entry with it. */
export function isPlain({ kind, entry }: RetentionRule): boolean {
  const keys = Object.keys(objectOf(entry))
  return kind === "pattern" && keys.every((key) => ["pattern", "retention", "exclude"].includes(key))
}

function ruleOf(kind: RetentionRule["kind"], name: string, entry: unknown): RetentionRule {
  const { retention } = objectOf(entry)
  const { raw, levels } = objectOf(retention)
  const rows = Object.entries(objectOf(levels)).map(([interval, keep]) => ({ interval, keep: String(keep) }))
  return { kind, name, points: retention === undefined ? "" : String(raw ?? "forever"), rows, entry }
}

function entryOf(rule: RetentionRule): unknown {
  if (rule.entry !== undefined && !isChanged(rule)) return rule.entry
  const { retention: _, ...rest } = objectOf(rule.entry)
  const named = rule.kind === "pattern" ? { ...rest, pattern: rule.name.trim() } : rest
  const own = rule.points.trim() === "" ? {} : { retention: retentionOf(rule) }
  const isOnlyPattern = rule.kind === "pattern" && Object.keys({ ...named, ...own }).length === 1
  return isOnlyPattern ? rule.name.trim() : { ...named, ...own }
}

function retentionOf({ points, rows }: RetentionRule): Record<string, unknown> {
  const kept = rows.map(({ interval, keep }) => [interval.trim(), keep.trim()])
  const raw = points.trim() || "forever"
  return kept.length === 0 ? { raw } : { raw, levels: Object.fromEntries(kept) }
}

function isChanged(rule: RetentionRule): boolean {
  const name = rule.kind === "pattern" ? patternOf(rule.entry) : rule.name
  const before = ruleOf(rule.kind, name, rule.entry)
  return (
    JSON.stringify([before.name, before.points, before.rows]) !== JSON.stringify([rule.name, rule.points, rule.rows])
  )
}

function patternOf(entry: unknown): string {
  return typeof entry === "string" ? entry : String(objectOf(entry).pattern ?? "")
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

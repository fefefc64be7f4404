type Entry = Readonly<Record<string, unknown>>
type Config = Readonly<Record<string, unknown>>

/** What can be said of a metric's storage, as text; "" where nothing is said. */
export interface StorageFields {
  /** Lengths of the shortest and the longest rows, and how many of one level make a row of the next. */
  shortest: string
  longest: string
  factor: string
  /** How far back a value holds. */
  gap: string
  /** How long points are kept. */
  keep: string
  /** "R": nothing new is stored. */
  mode: string
}

const KEYS = { shortest: "interval_min", longest: "interval_max", factor: "interval_factor", gap: "maxGap" } as const

/** The fields of an entry of a database's configuration. */
export function fieldsOf(entry: Entry): StorageFields {
  const text = (key: string) => (entry[key] === undefined ? "" : String(entry[key]))
  const keep = isObject(entry.retention) && entry.retention.raw !== undefined ? String(entry.retention.raw) : ""
  return {
    ...{ shortest: text(KEYS.shortest), longest: text(KEYS.longest), factor: text(KEYS.factor), gap: text(KEYS.gap) },
    ...{ keep, mode: text("mode") || "RW" },
  }
}

/** The entry with these fields; what they do not say, and what has no field, stays as it is. */
export function entryWith(entry: Entry, fields: StorageFields): Record<string, unknown> {
  const before = fieldsOf(entry)
  const next: Record<string, unknown> = { ...entry }
  const put = (key: string, value: string, isChanged: boolean) => {
    if (!isChanged) return
    if (value === "") delete next[key]
    else next[key] = numberOrText(value)
  }
  for (const [field, key] of Object.entries(KEYS) as [keyof typeof KEYS, string][]) {
    put(key, fields[field].trim(), fields[field].trim() !== before[field])
  }
  put("mode", fields.mode === "RW" ? "" : fields.mode, fields.mode !== before.mode)
  const keep = fields.keep.trim()
  if (keep === before.keep) return next
  const { raw: _, ...others } = isObject(entry.retention) ? entry.retention : {}
  const retention = keep === "" ? others : { ...others, raw: keep }
  if (Object.keys(retention).length > 0) next.retention = retention
  else delete next.retention
  return next
}

/** A document of a database with another entry for a metric, or without one. Lists of names become lists of entries where needed. */
export function withEntry(config: Config, name: string, entry: Entry | undefined): Config {
  const { metrics } = config
  if (Array.isArray(metrics)) {
    const isOther = (each: unknown) => (isObject(each) ? each.name : each) !== name
    const isPlain = entry !== undefined && Object.keys(entry).every((key) => key === "name")
    const at = metrics.findIndex((each) => !isOther(each))
    const list = metrics.filter(isOther)
    if (entry !== undefined) list.splice(at < 0 ? list.length : at, 0, isPlain ? name : { ...entry, name })
    return { ...config, metrics: list }
  }
  const named = isObject(metrics) ? metrics : {}
  if (entry !== undefined) return { ...config, metrics: { ...named, [name]: entry } }
  return { ...config, metrics: Object.fromEntries(Object.entries(named).filter(([key]) => key !== name)) }
}

/** The entry of its own that a metric has in a document; undefined if it is not named. */
export function ownEntry({ metrics }: Config, name: string): Entry | undefined {
  if (Array.isArray(metrics)) {
    const found = metrics.find((each) => (isObject(each) ? each.name : each) === name)
    return found === undefined ? undefined : isObject(found) ? found : {}
  }
  const found = isObject(metrics) && Object.hasOwn(metrics, name) ? metrics[name] : undefined
  return isObject(found) ? found : undefined
}

/** Keys that a rule for several metrics shares with the entry of one. */
const SHARED = ["interval_min", "interval_max", "interval_factor", "maxGap", "retention", "mode"]

/** An entry for a metric that a rule for several has stored so far, with rows of these lengths in nanoseconds: it is stored as before. */
export function entryAsBefore(rule: Entry, rows: readonly string[]): Record<string, unknown> {
  const shared = Object.fromEntries(SHARED.flatMap((key) => (rule[key] === undefined ? [] : [[key, rule[key]]])))
  const [first, second] = rows
  const last = rows.at(-1)
  if (first === undefined || last === undefined) return shared
  const factor = second === undefined ? {} : { interval_factor: Number(BigInt(second) / BigInt(first)) }
  return { ...shared, interval_min: duration(BigInt(first)), ...factor, interval_max: duration(BigInt(last)) }
}

/** The longest unit in which it is a whole number. */
function duration(ns: bigint): string {
  const units: [bigint, string][] = [
    [86_400_000_000_000n, "d"],
    [3_600_000_000_000n, "h"],
    [60_000_000_000n, "min"],
    [1_000_000_000n, "s"],
    [1_000_000n, "ms"],
    [1000n, "us"],
  ]
  const [size, unit] = units.find(([size]) => ns % size === 0n) ?? [1n, "ns"]
  return `${ns / size}${unit}`
}

/** Whole numbers are numbers, as nanoseconds and factors are in documents. */
function numberOrText(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

import { checkMetricName, patternToRegExp, Timedelta } from "@metricq/client"
import { z } from "zod"

const duration = z.string().refine(isDuration, { error: 'a duration longer than zero such as "10s" or "5min"' })
const keep = z.string().refine((text) => text === "forever" || isDuration(text), {
  error: 'a duration such as "90d", or "forever"',
})
const nanoseconds = z.union([
  z.number().gt(0).refine(Number.isInteger, { error: "a whole number of nanoseconds" }),
  duration,
])
const pattern = z
  .string()
  .refine(isPattern, { error: 'a glob such as "lab.**", or a regular expression between slashes' })
const name = z.string().refine(isMetricName, { error: "the name of a metric" })

const retention = z.looseObject({
  raw: keep.optional().describe('how long points are kept: a duration such as "90d", or "forever"'),
  levels: z
    .record(duration, keep)
    .optional()
    .describe("what is kept of points that are given up: rows at least so fine, and how long"),
})

/** How points are kept; the same keys for a metric, a pattern. */
const storage = {
  interval_min: nanoseconds.optional().describe("length of the shortest rows: nanoseconds, or a duration"),
  interval_max: nanoseconds.optional().describe("length of the longest rows at most: nanoseconds, or a duration"),
  interval_factor: z
    .int()
    .gte(2)
    .lte(1_000_000)
    .optional()
    .describe("rows of a level are so much longer than those below"),
  maxGap: keep.optional().describe('how far back from its time a value holds at most: a duration, or "forever"'),
  retention: retention.optional().describe("in place of the one for everything"),
}

const metric = z.looseObject({
  ...storage,
  mode: z.enum(["RW", "R", "W"]).default("RW").describe('"R": answer requests, but store nothing new'),
  input: name.optional().describe("the metric that comes over the network, if it is stored under another name"),
  prefix: z.boolean().default(false).describe("the entry is for all metrics whose names begin with its name and a dot"),
})

const patternEntry = z.union([
  pattern,
  z.looseObject({
    ...storage,
    pattern: pattern.describe("glob on the components of a name (* within one, ** across), or /regular expression/"),
    exclude: z.array(pattern).default([]).describe("names that are left to later patterns, or not stored"),
    interval: duration.optional().describe("distance of points, in place of what their metadata says"),
  }),
])

const limits = z.looseObject({
  rows: z.int().gte(1).lte(100_000_000).default(1_000_000).describe("most points or rows of an answer"),
  bytes: z
    .int()
    .gte(1024)
    .lte(100 * 1024 * 1024)
    .default(12 * 1024 * 1024)
    .describe("longest answer"),
  time: duration.default("30s").describe("how long a request may take"),
  requests: z.int().gte(1).lte(1000).default(16).describe("requests worked on at once"),
  waiting: z.int().gte(1).lte(1_000_000).default(1000).describe("requests that wait for that; more are refused"),
  metrics: z
    .int()
    .gte(1)
    .default(1_000_000)
    .describe("most metrics stored by patterns; new names beyond that are not stored"),
})

const stats = z.looseObject({
  prefix: z
    .string()
    .refine(isPrefix, { error: "the beginning of metric names" })
    .optional()
    .describe("what the names of the own metrics begin with; default: the token and a dot"),
  rate: z.number().gt(0).lte(100).default(0.1).describe("points a second, in Hz"),
})

const logging = z.looseObject({
  nan_values: z.boolean().optional().describe("accepted; NaN is stored, as a gap"),
  inf_values: z.boolean().default(true).describe("log that infinite values were refused"),
  non_monotonic_values: z.boolean().optional().describe("accepted; late points are stored"),
})

/** What a configuration of a database may hold: documents of metricq-db-hta, and more. */
export const databaseSchema = z.looseObject({
  metrics: z.record(name, metric).default({}).describe("metrics by the names they are stored under"),
  patterns: z
    .array(patternEntry)
    .default([])
    .describe("metrics stored by their names; of several patterns the first that matches counts"),
  retention: retention.default({}).describe("how long points and rows are kept; default: forever"),
  limits: limits.prefault({}).describe("bounds of history requests"),
  compatible: z.boolean().default(false).describe("answer as metricq-db-hta does, with its quirks"),
  stats: z
    .union([z.literal(false), stats])
    .prefault({})
    .describe("metrics of the database itself; false: none"),
  logging: logging.prefault({}).describe("what is logged"),
  type: z.string().optional().describe('accepted for documents of metricq-db-hta ("file")'),
  path: z.string().optional().describe("accepted; where data is kept is said where the database is started"),
  threads: z.number().optional().describe("accepted; has no meaning"),
})

export type DatabaseConfig = z.infer<typeof databaseSchema>
export type MetricConfig = z.infer<typeof metric>
export type PatternConfig = Exclude<z.infer<typeof patternEntry>, string>
export type RetentionConfig = z.infer<typeof retention>

/** Nanoseconds of what the schema takes for a length of time: nanoseconds, or a text. */
export function nanosecondsOf(value: number | string): bigint {
  return typeof value === "number" ? BigInt(value) : Timedelta.parse(value).ns
}

/** Nanoseconds, or undefined for ever. */
export function keepNsOf(text: string): bigint | undefined {
  return text === "forever" ? undefined : Timedelta.parse(text).ns
}

function isDuration(text: string): boolean {
  return accepts(() => Timedelta.parse(text)) && Timedelta.parse(text).ns > 0n
}

function isPattern(text: string): boolean {
  return accepts(() => patternToRegExp(text))
}

function isMetricName(text: string): boolean {
  return accepts(() => checkMetricName(text))
}

function isPrefix(text: string): boolean {
  return isMetricName(`${text}read.request.rate`)
}

function accepts(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

import { globToRegExp } from "@metricq/client"
import { WebError } from "../server/web-error.js"
import { type FindingKind, findingKinds, type Severity, severities } from "./finding.js"
import { defaultThresholds, type Thresholds, thresholdRanges } from "./thresholds.js"

/** Where findings are sent. */
export interface WebhookSettings {
  readonly url: string
  /** What is less severe is not sent. */
  readonly minimum: Severity
  /** Environment variable with the key that signs messages; its name begins with METRICQ_SECRET_. */
  readonly secret?: { readonly $env: string }
}

/** How health is looked after. */
export interface HealthSettings {
  readonly thresholds: Thresholds
  readonly off: readonly FindingKind[]
  /** Globs of metrics that are left out. */
  readonly ignore: readonly string[]
  readonly webhook: WebhookSettings | null
  /** Whether the numbers of findings are published as metrics. */
  readonly publish: boolean
}

/** Settings of a server on which nobody has changed any. */
export function defaultSettings(publish: boolean): HealthSettings {
  return { thresholds: defaultThresholds, off: [], ignore: [], webhook: null, publish }
}

const MOST_IGNORED = 200
const MOST_CHARACTERS = 2000

/**
 * Settings with the given keys in place of those before; `thresholds` may be some of them, null is the default.
 *
 * @throws {WebError} `settings` naming the key and what is expected
 */
export function changedSettings(before: HealthSettings, change: Readonly<Record<string, unknown>>): HealthSettings {
  const { thresholds, off, ignore, webhook, publish } = change
  return {
    thresholds: thresholds === undefined ? before.thresholds : changedThresholds(before.thresholds, thresholds),
    off: off === undefined ? before.off : listOf("off", off, findingKinds.length, isKind, "a kind of finding"),
    ignore:
      ignore === undefined
        ? before.ignore
        : listOf("ignore", ignore, MOST_IGNORED, isGlob, "a glob such as lab.test.**"),
    webhook: webhook === undefined ? before.webhook : webhookOf(webhook),
    publish: publish === undefined ? before.publish : booleanOf("publish", publish),
  }
}

/** Whether a metric is left out by any of these globs. */
export function ignoring(globs: readonly string[]): (metric: string) => boolean {
  if (globs.length === 0) return () => false
  const expressions = globs.map((glob) => globToRegExp(glob))
  return (metric) => expressions.some((expression) => expression.test(metric))
}

function changedThresholds(before: Thresholds, change: unknown): Thresholds {
  const changed: Record<string, number> = { ...before }
  for (const [key, value] of Object.entries(objectOf("thresholds", change))) {
    const range = thresholdRanges[key as keyof Thresholds]
    if (!Object.hasOwn(thresholdRanges, key)) fail(`thresholds.${key}: there is no such threshold`)
    if (value === null) changed[key] = defaultThresholds[key as keyof Thresholds]
    else if (typeof value === "number" && value >= range[0] && value <= range[1]) changed[key] = value
    else fail(`thresholds.${key}: expected a number from ${range[0]} to ${range[1]}`)
  }
  return changed as unknown as Thresholds
}

function webhookOf(value: unknown): WebhookSettings | null {
  if (value === null) return null
  const { url, minimum = "warning", secret } = objectOf("webhook", value)
  if (typeof url !== "string" || url.length > MOST_CHARACTERS || !/^https?:\/\//.test(url) || !URL.canParse(url))
    return fail("webhook.url: expected an address that begins with https:// or http://")
  if (!severities.includes(minimum as Severity)) return fail(`webhook.minimum: expected ${severities.join(", ")}`)
  const common = { url, minimum: minimum as Severity }
  if (secret === undefined || secret === null) return common
  const { $env } = objectOf("webhook.secret", secret)
  if (typeof $env !== "string" || !/^METRICQ_SECRET_\w{1,100}$/.test($env))
    return fail('webhook.secret: expected {"$env": "METRICQ_SECRET_…"}, a variable of the web server')
  return { ...common, secret: { $env } }
}

function listOf<T extends string>(
  key: string,
  value: unknown,
  most: number,
  fits: (each: unknown) => each is T,
  what: string,
): T[] {
  if (!Array.isArray(value) || value.length > most) return fail(`${key}: expected a list of at most ${most}`)
  return value.map((each: unknown) => (fits(each) ? each : fail(`${key}: expected ${what}, got ${shown(each)}`)))
}

function isKind(value: unknown): value is FindingKind {
  return findingKinds.includes(value as FindingKind)
}

function isGlob(value: unknown): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > 255) return false
  try {
    return globToRegExp(value) instanceof RegExp
  } catch {
    return false
  }
}

function booleanOf(key: string, value: unknown): boolean {
  return typeof value === "boolean" ? value : fail(`${key}: expected true or false`)
}

function objectOf(key: string, value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : fail(`${key}: expected an object`)
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80)
}

function fail(message: string): never {
  throw new WebError("settings", message)
}

import type { JsonObject, JsonValue, MetadataAction } from "@metricq/client"

/** Who changes metadata, and how. */
export interface MetadataOrigin {
  readonly action: MetadataAction
  /** The AMQP user; of a declaration the token of the source. */
  readonly author: string
  /** For whom the author does it. */
  readonly by?: string
}

/** One change of the document of a metric. */
export interface MetadataChange extends MetadataOrigin {
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly keys: Readonly<Record<string, KeyChange>>
  /** How many further keys are different. */
  readonly more?: number
}

/** A key before and after; absent where there is none. */
export interface KeyChange {
  readonly before?: JsonValue
  readonly after?: JsonValue
}

/** Keys of a change that are noted; others are counted. */
const MAX_KEYS = 50
/** Longest value that is noted as it is, as JSON; of longer ones the beginning. */
const MAX_VALUE = 500

/**
 * The change from one document to another, `undefined` if there is none. When a metric was declared last (`date`) is no change; nor is
 * that a database stores it (`historic`), unless the metric comes or goes. Of a first declaration no keys are noted: they are the document,
 * and where they change they are what was before. So it is the same for all metrics declared together, and costs next to nothing.
 */
export function metadataChange(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  origin: MetadataOrigin,
  time: string,
): MetadataChange | undefined {
  if (before === undefined && origin.action === "declare") return { time, ...origin, keys: {} }
  const isEdit = before !== undefined && after !== undefined
  const keys: [string, KeyChange][] = []
  let more = 0
  const note = (key: string): void => {
    if (keys.length >= MAX_KEYS) more++
    else keys.push([key, { ...noted("before", before, key), ...noted("after", after, key) }])
  }
  for (const key in before) if (!isQuiet(key, isEdit) && !isSame(before[key], after?.[key])) note(key)
  for (const key in after) if (!isQuiet(key, isEdit) && !Object.hasOwn(before ?? {}, key)) note(key)
  if (keys.length === 0 && isEdit) return undefined
  const change = { time, ...origin, action: actionOf(keys, origin), keys: Object.fromEntries(keys) }
  return more > 0 ? { ...change, more } : change
}

function isQuiet(key: string, isEdit: boolean): boolean {
  return key === "date" || (isEdit && key === "historic")
}

/** Setting nothing but `hidden` or `archived` is called what it means. */
function actionOf(keys: readonly (readonly [string, KeyChange])[], { action }: MetadataOrigin): MetadataAction {
  const [first, second] = keys
  if (action !== "set" || first === undefined || second !== undefined) return action
  const [key, { after }] = first
  if (key === "hidden") return after === true ? "hide" : "unhide"
  if (key === "archived") return after ? "archive" : "unarchive"
  return action
}

function noted(when: "before" | "after", document: JsonObject | undefined, key: string): KeyChange {
  if (document === undefined || !Object.hasOwn(document, key)) return {}
  return { [when]: shortened(document[key]!) }
}

function shortened(value: JsonValue): JsonValue {
  if (typeof value !== "string" && typeof value !== "object") return value
  const text = typeof value === "string" ? value : JSON.stringify(value)
  return text.length <= MAX_VALUE ? value : `${text.slice(0, MAX_VALUE)}…`
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true
  return typeof a === "object" && typeof b === "object" && JSON.stringify(a) === JSON.stringify(b)
}

import type { JsonObject, JsonValue } from "@metricq/client"
import { storageSource, storesMetric } from "../network/stores.js"

/** What is to become of a name. */
export interface NameChange {
  readonly from: string
  readonly to: string
}

/** A copy of a document in which a name that stands as a value or a key is another one. */
export function renamedDocument(document: JsonObject, { from, to }: NameChange): JsonObject {
  const walk = (value: JsonValue): JsonValue => {
    if (value === from) return to
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    return Object.fromEntries(entriesOf(value).map(([key, item]) => [key === from ? to : key, walk(item)]))
  }
  return walk(document) as JsonObject
}

/** Whether a document has both names as keys of one object, so that one of them would be lost. */
export function hasBothKeys(document: JsonValue, names: NameChange): boolean {
  if (Array.isArray(document)) return document.some((item) => hasBothKeys(item, names))
  if (!isObject(document)) return false
  if (Object.hasOwn(document, names.from) && Object.hasOwn(document, names.to)) return true
  return entriesOf(document).some(([, item]) => hasBothKeys(item, names))
}

/** The document with what stands at a JSON pointer replaced: a value, or else the key that it ends with. */
export function replacedAt(document: JsonObject, pointer: string, { from, to }: NameChange): JsonObject {
  const walk = (value: JsonValue, at: string): JsonValue => {
    if (at === pointer && value === from) return to
    if (Array.isArray(value)) return value.map((item, i) => walk(item, `${at}/${i}`))
    if (!isObject(value)) return value
    return Object.fromEntries(
      entriesOf(value).map(([key, item]) => {
        const below = `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`
        const isKey = below === pointer && key === from && item !== from
        return [isKey ? to : key, walk(item, below)]
      }),
    )
  }
  return walk(document, "") as JsonObject
}

/**
 * The configuration of a database that stores the new name as it does the old one, and that one, too: while a source changes, nothing that it
 * sends is missed. What is stored under the old name from another input stays as it is: one input can be stored once.
 */
export function storingBoth(config: JsonObject, names: NameChange): JsonObject {
  const beside = withBoth(config, names) as JsonObject
  return storesAlike(beside, names) ? beside : withOwnEntry(beside, names)
}

/** The configuration of a database that has stored both, with only the new name. */
export function storingNew(config: JsonObject, { from, to }: NameChange): JsonObject {
  const walk = (value: JsonValue): JsonValue => {
    if (value === from) return to
    if (Array.isArray(value)) {
      const hasNew = value.some((item) => nameOf(item) === to)
      return value.filter((item) => !(hasNew && nameOf(item) === from)).map(walk)
    }
    if (!isObject(value)) return value
    const entries = entriesOf(value)
    const kept = Object.hasOwn(value, to) ? entries.filter(([key]) => key !== from) : entries
    return Object.fromEntries(kept.map(([key, item]) => [key === from ? to : key, walk(item)]))
  }
  return walk(config) as JsonObject
}

/** The configuration of a database that stores what comes as `input` under another name, with these settings unless that has some already. */
export function storingAs(config: JsonObject, input: string, name: string, settings: JsonObject): JsonObject {
  if (Array.isArray(config.metrics)) {
    const others = config.metrics.filter((item) => nameOf(item) !== input && nameOf(item) !== name)
    return { ...config, metrics: [...others, { name, input }] }
  }
  const before = isObject(config.metrics) ? config.metrics : {}
  const own = before[name] ?? before[input]
  const entry = { ...(isObject(own) ? own : settings), input }
  const metrics = entriesOf(before).filter(([key]) => key !== input && key !== name)
  return { ...config, metrics: Object.fromEntries([...metrics, [name, entry]]) }
}

/** What a list of a database's configuration is about with an entry: the entry itself, its pattern or its name. */
function nameOf(entry: JsonValue): JsonValue | undefined {
  return isObject(entry) ? (entry.pattern ?? entry.name) : entry
}

function withBoth(value: JsonValue, names: NameChange): JsonValue {
  const { from, to } = names
  if (Array.isArray(value)) {
    const hasNew = value.some((item) => nameOf(item) === to)
    return value.flatMap((item) => {
      const same = withBoth(item, names)
      return hasNew || nameOf(item) !== from ? [same] : [same, renamedEntry(item, names)]
    })
  }
  if (!isObject(value)) return value
  const entries = entriesOf(value).flatMap(([key, item]): [string, JsonValue][] => {
    const same: [string, JsonValue] = [key, withBoth(item, names)]
    const isFed = isObject(item) && item.input !== undefined
    return key !== from || isFed || Object.hasOwn(value, to) ? [same] : [same, [to, item]]
  })
  return Object.fromEntries(entries)
}

function renamedEntry(entry: JsonValue, { from, to }: NameChange): JsonValue {
  if (!isObject(entry)) return to
  return Object.fromEntries(entriesOf(entry).map(([key, value]) => [key, value === from ? to : value]))
}

function storesAlike(config: JsonObject, { from, to }: NameChange): boolean {
  return !storesMetric(config, from) || storesMetric(config, to)
}

/** A pattern that the new name does not match gets an entry for it alone behind it. */
function withOwnEntry(config: JsonObject, { from, to }: NameChange): JsonObject {
  const found = storageSource(config, from)
  if (found === undefined || found.entry.input !== undefined) return config
  if (found.by !== "pattern") {
    const { prefix: _, ...entry } = found.entry
    return { ...config, metrics: { ...(config.metrics as JsonObject), [to]: entry } }
  }
  const patterns = [...(config.patterns as JsonValue[])]
  const { exclude: _, ...settings } = found.entry
  const at = Number(found.where.slice("/patterns/".length))
  patterns.splice(at + 1, 0, isObject(patterns[at]) ? { ...settings, pattern: to } : to)
  return { ...config, patterns }
}

function entriesOf(value: JsonObject): [string, JsonValue][] {
  return Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, item]]))
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

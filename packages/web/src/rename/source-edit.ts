import type { JsonObject, JsonValue } from "@metricq/client"
import type { Declared } from "../network/config-effect.js"
import { placesOf } from "../network/places-of.js"
import { isObject, type NameChange, renamedDocument, replacedAt } from "./document-edits.js"

/** Places told of one document. */
const MAX_PLACES = 20
/** Changes of a part of a name that are tried; each may ask the agent. */
const MAX_TRIED = 8

/** Where a source gets the name of a metric from. */
export interface SourceOrigin {
  /** JSON pointers to the name, or to the part of it that is to change. */
  readonly where: readonly string[]
  /** Texts of the document that the name begins with: a prefix, which belongs to other metrics as well. */
  readonly parts: readonly { readonly where: string; readonly text: string }[]
  /** The document by which the source declares the new name in place of the old one; undefined if there is none. */
  readonly after?: JsonObject
}

/**
 * How the configuration of a source is changed so that it declares another name. It is the name itself, or what stands behind a prefix, if a
 * look at what the source would declare then shows just that. Where nobody can tell what it would declare, the name itself is believed.
 */
export async function sourceOrigin(
  config: JsonObject,
  names: NameChange,
  declared: (config: JsonObject) => Promise<Declared>,
): Promise<SourceOrigin> {
  const parts = beginningsOf(config, names.from)
  const where = placesOf(config, names.from, MAX_PLACES)
  if (where.length > 0) {
    const after = renamedDocument(config, names)
    const told = await declared(after)
    const isDeclared = "metrics" in told ? Object.hasOwn(told.metrics, names.to) : "unknown" in told
    return { where, parts, ...(isDeclared && { after }) }
  }
  const tries = endingsOf(config, names).slice(0, MAX_TRIED)
  const before = tries.length > 0 ? await declared(config) : undefined
  if (before === undefined || !("metrics" in before)) return { where: [], parts }
  for (const { pointer, ending } of tries) {
    const after = replacedAt(config, pointer, ending)
    const told = await declared(after)
    if ("metrics" in told && isJustRenamed(before.metrics, told.metrics, names))
      return { where: [pointer], parts, after }
  }
  return { where: [], parts }
}

function isJustRenamed(before: object, after: object, { from, to }: NameChange): boolean {
  const expected = new Set(Object.keys(before).map((name) => (name === from ? to : name)))
  const found = Object.keys(after)
  const isNew = Object.hasOwn(before, from) && !Object.hasOwn(before, to)
  return isNew && found.length === expected.size && found.every((name) => expected.has(name))
}

/** Values that the name begins with. */
function beginningsOf(config: JsonObject, name: string): { where: string; text: string }[] {
  const found: { where: string; text: string }[] = []
  for (const { pointer, text, isKey } of textsOf(config)) {
    const isPart = !isKey && text.length > 1 && text !== name && name.startsWith(text)
    if (isPart && found.length < MAX_PLACES) found.push({ where: pointer, text })
  }
  return found
}

/** Values and keys that the name ends with, and what they must be for the new one. */
function endingsOf(config: JsonObject, { from, to }: NameChange): { pointer: string; ending: NameChange }[] {
  const found: { pointer: string; ending: NameChange }[] = []
  for (const { pointer, text } of textsOf(config)) {
    if (text === "" || text === from || !from.endsWith(text)) continue
    const before = from.slice(0, -text.length)
    if (!/[./:_-]$/.test(before) || !to.startsWith(before) || to === before) continue
    found.push({ pointer, ending: { from: text, to: to.slice(before.length) } })
  }
  // What is longer is more likely to be meant.
  return found.sort((a, b) => b.ending.from.length - a.ending.from.length)
}

function* textsOf(value: JsonValue, pointer = ""): Generator<{ pointer: string; text: string; isKey: boolean }> {
  if (typeof value === "string") yield { pointer, text: value, isKey: false }
  if (!isObject(value) && !Array.isArray(value)) return
  for (const [key, item] of Object.entries(value)) {
    const below = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`
    if (!Array.isArray(value) && item !== key) yield { pointer: below, text: key, isKey: true }
    if (item !== undefined) yield* textsOf(item, below)
  }
}

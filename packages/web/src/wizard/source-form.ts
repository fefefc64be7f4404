import type { JsonObject, JsonValue } from "@metricq/client"
import type { KindDetails } from "../api/kind-catalogue.js"
import { WebError } from "../server/web-error.js"
import { type FormField, formOf, readForm, valuesOf } from "./form.js"
import { isObject } from "./is-object.js"
import { SchemaView } from "./schema-view.js"

/** A config item for lists. */
export interface ConfigItem {
  readonly id: string
  readonly name: string
  readonly description: string
}

/** Where the config items of a kind are, in order of preference; else it is the first place that could be one. */
const preferred = ["hosts", "devices", "channels", "metrics"]

/** What an item is called by, in order of preference. */
const names = ["name", "names", "prefix", "hosts", "host", "address", "id"]

/** The field for the name of an item that has none in itself. */
const NAME = "_name"

/**
 * What the wizard's page needs to know of the configurations of a kind, made of its schema. The wizard's model is a list of config items, such as
 * devices, each with metrics, and a global part.
 */
export class SourceForm {
  readonly kind: string
  readonly view: SchemaView
  /** Where the config items are, and what they are; undefined for a kind without any. */
  readonly items: { readonly key: string; readonly isList: boolean; readonly schema: JsonValue } | undefined
  readonly #schema: JsonObject
  readonly #sample: JsonObject

  constructor({ name, schema, sample }: Pick<KindDetails, "name" | "schema" | "sample">) {
    this.kind = name
    this.view = new SchemaView(schema)
    this.#schema = schema
    this.#sample = sample
    const properties = this.view.properties(schema)
    const keys = [...preferred.filter((key) => key in properties), ...Object.keys(properties)]
    const key = keys.find((one) => this.view.entries(properties[one]) !== undefined)
    this.items = key === undefined ? undefined : { key, ...this.view.entries(properties[key])! }
  }

  /** What an item is called: `host`. */
  get itemNoun(): string {
    return this.items?.key.replace(/s$/, "") ?? "item"
  }

  /** The config items of a document. */
  list(config: JsonObject): ConfigItem[] {
    return this.#entries(config).map(({ id, value }) => ({
      ...{ id, name: id },
      description: isObject(value) && typeof value.description === "string" ? value.description : "",
    }))
  }

  /** @throws {WebError} `no-such-item` (404) */
  item(config: JsonObject, id: string): JsonObject {
    const value = this.#find(config, id).value
    if (isObject(value)) return value
    const text = `${id} is written in a form that has no fields`
    throw new WebError("form", text, { status: 409, remedy: "edit the configuration as text" })
  }

  /** The fields of an item; without an id those of a new one, filled in as the sample has it. */
  itemForm(config: JsonObject, id?: string): Record<string, FormField> {
    if (id !== undefined) return this.#itemForm(this.item(config, id), {}, id)
    const [first] = this.#entries(this.#sample)
    return this.#itemForm({}, isObject(first?.value) ? first.value : {}, "")
  }

  /** The document with an item changed, or another one; and that item. */
  withItem(config: JsonObject, id: string | undefined, sent: JsonObject): { config: JsonObject; item: ConfigItem } {
    const { [NAME]: name, ...fields } = sent
    const form = this.itemForm(config, id)
    const value = readForm(form, id === undefined ? {} : this.item(config, id), fields)
    const entries = this.#entries(config).map((entry) => ({ ...entry }))
    const at = id === undefined ? entries.length : entries.findIndex((entry) => entry.id === id)
    const key = typeof name === "string" && name !== "" ? name : (id ?? "")
    if (this.items?.isList === false) this.#checkName(entries, key, at)
    entries[at] = { id: key, value }
    const changed = this.#withEntries(config, entries)
    return { config: changed, item: this.list(changed)[at]! }
  }

  /** The document with the value of an item replaced. */
  withValue(config: JsonObject, id: string, value: JsonObject): JsonObject {
    this.#find(config, id)
    const entries = this.#entries(config).map((entry) => (entry.id === id ? { id, value } : entry))
    return this.#withEntries(config, entries)
  }

  /** The document without an item. */
  withoutItem(config: JsonObject, id: string): JsonObject {
    this.#find(config, id)
    const entries = this.#entries(config).filter((entry) => entry.id !== id)
    return this.#withEntries(config, entries)
  }

  /** The fields of everything but the items. */
  globalForm(config: JsonObject): Record<string, FormField> {
    return formOf(this.view, this.#globalSchema(), this.#global(config))
  }

  /** What they hold. */
  globalValues(config: JsonObject): JsonObject {
    return valuesOf(this.globalForm(config))
  }

  /** The document with everything but the items changed. */
  withGlobal(config: JsonObject, sent: JsonObject): JsonObject {
    const items = this.items && config[this.items.key]
    const changed = readForm(this.globalForm(config), this.#global(config), sent)
    return { ...changed, ...(this.items && items !== undefined ? { [this.items.key]: items } : {}) }
  }

  #itemForm(value: JsonObject, missing: JsonObject, name: string): Record<string, FormField> {
    const form = formOf(this.view, this.items?.schema, value, missing)
    if (this.items?.isList !== false) return form
    return { [NAME]: { type: "StringField", label: `name of the ${this.itemNoun}`, value: name }, ...form }
  }

  #globalSchema(): JsonValue {
    const { [this.items?.key ?? ""]: _, ...properties } = this.view.properties(this.#schema)
    const required = this.view.required(this.#schema).filter((key) => key !== this.items?.key)
    return { ...this.#schema, properties, required }
  }

  #global(config: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(config).filter(([key]) => key !== this.items?.key && !key.startsWith("_")))
  }

  /** Items with ids that differ: the name each has, and a number where others have the same. */
  #entries(config: JsonObject): { id: string; value: JsonValue }[] {
    const found = this.items && config[this.items.key]
    if (isObject(found)) return Object.entries(found).map(([id, value = null]) => ({ id, value }))
    if (!Array.isArray(found)) return []
    const called = found.map((value, i) => nameOf(value) ?? `${this.itemNoun} ${i + 1}`)
    return found.map((value, i) => {
      const isOnly = called.indexOf(called[i]!) === called.lastIndexOf(called[i]!)
      return { id: isOnly ? called[i]! : `${called[i]} (${i + 1})`, value }
    })
  }

  #withEntries(config: JsonObject, entries: readonly { id: string; value: JsonValue }[]): JsonObject {
    const { key, isList } = this.items!
    const stored = config[key]
    const asList = stored === undefined ? isList : Array.isArray(stored)
    const value = asList
      ? entries.map((entry) => entry.value)
      : Object.fromEntries(entries.map((one) => [one.id, one.value]))
    return { ...config, [key]: value }
  }

  #find(config: JsonObject, id: string) {
    const found = this.#entries(config).find((entry) => entry.id === id)
    if (found !== undefined) return found
    throw new WebError("no-such-item", `there is no ${this.itemNoun} ${JSON.stringify(id)}`, { status: 404 })
  }

  #checkName(entries: readonly { id: string }[], name: string, at: number): void {
    if (name === "") throw new WebError("request", `the ${this.itemNoun} has no name`)
    if (entries.every((entry, i) => i === at || entry.id !== name)) return
    throw new WebError("exists", `there is a ${this.itemNoun} ${name} already`, { status: 409 })
  }
}

function nameOf(value: JsonValue): string | undefined {
  if (typeof value === "string") return value
  if (!isObject(value)) return undefined
  for (const key of names) {
    const name = value[key]
    if (typeof name === "string" && name !== "") return name
    if (typeof name === "number") return String(name)
  }
  return undefined
}

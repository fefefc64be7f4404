import type { JsonObject, JsonValue } from "@metricq/client"
import { isObject } from "./is-object.js"

/** What a value can be. */
export type ValueKind = "string" | "number" | "boolean" | "object" | "array"

/** References that are followed one after another; a schema can go in circles. */
const MAX_STEPS = 20

/** Looks into a JSON Schema: references to its own definitions, alternatives, members. */
export class SchemaView {
  readonly #root: JsonObject

  constructor(root: JsonObject) {
    this.#root = root
  }

  /** The alternatives of a schema, without references; one that cannot be looked up allows anything. */
  variants(schema: JsonValue | undefined, steps = MAX_STEPS): JsonObject[] {
    if (!isObject(schema) || steps === 0) return []
    if (typeof schema.$ref === "string") return this.variants(this.#definition(schema.$ref), steps - 1)
    const alternatives = schema.anyOf ?? schema.oneOf
    if (Array.isArray(alternatives)) return alternatives.flatMap((one) => this.variants(one, steps - 1))
    return [schema]
  }

  /** What values of a schema can be, in the order in which it says it. */
  kinds(schema: JsonValue | undefined): ValueKind[] {
    const kinds = this.variants(schema).flatMap(({ type, enum: values, const: value }) => {
      if (Array.isArray(values)) return values.map(kindOf)
      if (value !== undefined) return [kindOf(value)]
      return [type].flat().map((one) => (one === "integer" ? "number" : one))
    })
    return [...new Set(kinds)].filter((kind): kind is ValueKind => allKinds.has(kind as ValueKind))
  }

  /** The texts or numbers that a value is chosen from; undefined where it is free. */
  choices(schema: JsonValue | undefined): (string | number)[] | undefined {
    const variants = this.variants(schema)
    const choices = variants.flatMap(({ enum: values, const: value }) => (Array.isArray(values) ? values : [value]))
    const isChoice = (value: JsonValue | undefined): value is string | number =>
      typeof value === "string" || typeof value === "number"
    return choices.length > 0 && choices.every(isChoice) ? choices : undefined
  }

  /** Members of objects by their names. */
  properties(schema: JsonValue | undefined): Record<string, JsonValue> {
    const all = this.variants(schema).map(({ properties }) => (isObject(properties) ? properties : {}))
    return Object.assign({}, ...all)
  }

  /** Members that there must be. */
  required(schema: JsonValue | undefined): string[] {
    const lists = this.variants(schema).map(({ required }) => (Array.isArray(required) ? required.map(String) : []))
    return lists.length === 1 ? lists[0]! : []
  }

  /** What is below a key, or a position of a list. */
  below(schema: JsonValue | undefined, key: string | number): JsonValue | undefined {
    for (const { properties, additionalProperties, items } of this.variants(schema)) {
      if (typeof key === "number" && items !== undefined) return items
      if (isObject(properties) && properties[key] !== undefined) return properties[key]
      if (typeof key === "string" && isObject(additionalProperties)) return additionalProperties
    }
    return undefined
  }

  /** What the entries of a list of objects, or of objects under names of one's own, are; undefined if it is neither. */
  entries(schema: JsonValue | undefined): { readonly isList: boolean; readonly schema: JsonValue } | undefined {
    for (const { type, items, properties, additionalProperties } of this.variants(schema)) {
      if (type === "array" && this.kinds(items).includes("object")) return { isList: true, schema: items! }
      const isMap = type === "object" && properties === undefined
      if (isMap && this.kinds(additionalProperties).includes("object")) {
        return { isList: false, schema: additionalProperties! }
      }
    }
    return undefined
  }

  #definition(reference: string): JsonValue | undefined {
    if (!reference.startsWith("#")) return undefined
    const steps = reference.slice(1).split("/").filter(Boolean)
    let found: JsonValue | undefined = this.#root
    for (const step of steps) {
      const key = step.replaceAll("~1", "/").replaceAll("~0", "~")
      found = isObject(found) ? found[key] : undefined
    }
    return found
  }
}

const allKinds: ReadonlySet<ValueKind> = new Set(["string", "number", "boolean", "object", "array"])

function kindOf(value: JsonValue): string {
  return Array.isArray(value) ? "array" : typeof value
}

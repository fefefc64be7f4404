import type { JsonObject, JsonValue } from "@metricq/client"
import { isObject } from "./is-object.js"
import type { SchemaView } from "./schema-view.js"

/** A field of a form as the wizard's page draws it. */
export interface FormField {
  readonly type: "StringField" | "NumberField" | "PasswordField" | "SelectField" | "JSONField"
  readonly label: string
  readonly value?: JsonValue
  readonly options?: readonly { readonly text: string; readonly value: string | number }[]
}

/** A field for everything that is not a text, a number or a switch. */
export const REST = "_rest"

const secretKey = /pass(word|wd|phrase)|secret|credential|community|token/i
const switches = [
  { text: "yes", value: "true" },
  { text: "no", value: "false" },
]

/**
 * The fields for an object: one for each text, number and switch that it has or must have, as the page does not let a field be empty, and one for
 * all the rest. `missing` are values for what must be there and is not.
 */
export function formOf(
  view: SchemaView,
  schema: JsonValue | undefined,
  value: JsonObject,
  missing: JsonObject = {},
): Record<string, FormField> {
  const properties = view.properties(schema)
  const required = new Set(view.required(schema))
  const fields: [string, FormField][] = []
  const rest: [string, JsonValue][] = []
  for (const key of new Set([...Object.keys(properties), ...Object.keys(value)])) {
    const present = value[key]
    if (present === undefined && !required.has(key)) continue
    const field = fieldOf(view, key, properties[key], present ?? missing[key])
    if (field !== undefined) fields.push([key, field])
    else rest.push([key, present ?? missing[key] ?? null])
  }
  const more: FormField = { type: "JSONField", label: "everything else", value: Object.fromEntries(rest) }
  return { ...Object.fromEntries(fields), [REST]: more }
}

/** A field for a text, a number or a switch; undefined for what is none. Its value is absent where there is none. */
export function fieldOf(
  view: SchemaView,
  key: string,
  schema: JsonValue | undefined,
  value: JsonValue | undefined,
): FormField | undefined {
  const kind = value === undefined ? view.kinds(schema)[0] : typeof value
  const choices = view.choices(schema)
  const common = { label: labelOf(view, key, schema), ...(value === undefined ? {} : { value }) }
  if (value !== undefined && (typeof value === "object" || value === null)) return undefined
  if (kind === "boolean") {
    const text = value === undefined ? {} : { value: String(value) }
    return { ...common, ...text, type: "SelectField", options: switches }
  }
  if (choices !== undefined) {
    return { ...common, type: "SelectField", options: choices.map((one) => ({ text: String(one), value: one })) }
  }
  if (kind === "number") return { ...common, type: "NumberField" }
  if (kind === "string") return { ...common, type: secretKey.test(key) ? "PasswordField" : "StringField" }
  return undefined
}

/** What the fields of a form hold, as the page fills it. */
export function valuesOf(form: Readonly<Record<string, FormField>>): JsonObject {
  return Object.fromEntries(Object.entries(form).map(([key, { value = null }]) => [key, value]))
}

/** The object after a form for it was sent. What the form does not say stays; an empty field takes its value away. */
export function readForm(form: Readonly<Record<string, FormField>>, before: JsonObject, sent: JsonObject): JsonObject {
  const { [REST]: rest, ...fields } = sent
  const after = new Map(Object.entries(before))
  for (const [key, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === "") after.delete(key)
    else after.set(key, readField(form[key], value))
  }
  if (isObject(rest)) {
    for (const key of Object.keys(before)) if (form[key] === undefined && rest[key] === undefined) after.delete(key)
    for (const [key, value] of Object.entries(rest)) after.set(key, value)
  }
  return Object.fromEntries(after)
}

/** The value of a field in the type that the document has it in. */
export function readField(field: FormField | undefined, value: JsonValue): JsonValue {
  if (field?.type === "NumberField" && typeof value === "string" && Number.isFinite(Number(value))) return Number(value)
  if (field?.options === switches && (value === "true" || value === "false")) return value === "true"
  return value
}

function labelOf(view: SchemaView, key: string, schema: JsonValue | undefined): string {
  const description = isObject(schema) ? (schema.description ?? view.variants(schema)[0]?.description) : undefined
  return typeof description === "string" ? `${key} (${description})` : key
}

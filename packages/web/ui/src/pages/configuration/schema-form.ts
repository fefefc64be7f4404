import type { Path } from "./json-document.js"

/** The part of JSON Schema that forms are made of. */
export interface JsonSchema {
  type?: string | string[]
  format?: string
  /** A secret, or a reference to one. */
  writeOnly?: boolean
  title?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  propertyNames?: JsonSchema
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  items?: JsonSchema | boolean
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  $ref?: string
  $defs?: Record<string, JsonSchema>
  definitions?: Record<string, JsonSchema>
}

/** One of the forms that a value may have, as a choice shows it. */
export interface Variant {
  label: "on" | "off" | "details" | "text" | "number" | "list" | "none" | "other"
  schema: JsonSchema
  /** What it is set to when this is chosen. */
  blank: unknown
}

/** A field of a form: a place in the document, and how it can be filled. */
export interface Field {
  path: Path
  /** The key as words: `interval_min` → `Interval min`; the number from 1 in a list. */
  label: string
  description?: string
  kind: "text" | "number" | "boolean" | "choice" | "secret" | "object" | "map" | "list" | "other"
  required: boolean
  /** Whether the document has it. */
  present: boolean
  value: unknown
  default?: unknown
  /** Of a text: what is written as a number is stored as one. Of a number: texts are allowed, too. */
  mixed?: boolean
  /** Bounds of a number, in words: `1 – 1000`, `> 0`. */
  bounds?: string
  /** Of a choice. */
  choices?: unknown[]
  /** Forms the value may have, when there are several, and which one it has. */
  variants?: Variant[]
  variant?: number
  /** Known keys of an object, entries of a map, elements of a list. */
  children?: Field[]
  /** Its text, or list of texts, stands for names: `node[1-3]`. */
  isHostlist?: true
  /** The keys of a map do. */
  hasHostlistKeys?: true
  /** Keys of an object that the schema does not know: kept, and edited in the document. */
  unknown?: string[]
  /** What a new entry or element begins as. */
  blank?: unknown
}

const SECRET = /pass|secret|token|community|credential|private|auth|key$/i
const MOST_CHILDREN = 200
const DEEPEST = 12

/** The form for a value, by its schema. What the schema does not say is kind `other`, left to the document. */
export function formOf(schema: JsonSchema, value: unknown): Field {
  return fieldOf({ root: schema, schema, value, path: [], required: true })
}

interface Place {
  root: JsonSchema
  schema: JsonSchema
  value: unknown
  path: Path
  required: boolean
}

function fieldOf(place: Place): Field {
  const { root, path, value, required } = place
  const schema = resolved(root, place.schema)
  const base: Omit<Field, "kind"> = {
    path,
    label: labelOf(path, schema),
    required,
    present: value !== undefined,
    value,
  }
  if (schema.description !== undefined) base.description = schema.description
  if (schema.default !== undefined) base.default = schema.default
  if (withoutNull(schema)?.format === "hostlist") base.isHostlist = true
  if (schema.propertyNames?.format === "hostlist") base.hasHostlistKeys = true
  if (path.length > DEEPEST) return { ...base, kind: "other" }
  if (withoutNull(schema)?.writeOnly) return { ...base, kind: "secret" }
  const options = optionsOf(root, schema)
  if (options.length === 1) return { ...base, ...shapeOf(place, options[0] ?? schema) }
  if (isNumberOrText(options)) return { ...base, ...secretOr({ kind: "text", mixed: true }, path, value) }
  const variants = variantsOf(root, options)
  const variant = variants.findIndex((one) => fits(root, one.schema, value === undefined ? schema.default : value))
  const chosen = variants[variant]
  const isOpen =
    chosen?.label === "details" || chosen?.label === "list" || chosen?.label === "text" || chosen?.label === "number"
  const shape =
    chosen && isOpen && value !== undefined ? shapeOf(place, resolved(root, chosen.schema)) : { kind: "other" as const }
  return { ...base, ...shape, variants, variant }
}

/** A schema without the null that its value may also be. */
function withoutNull(schema: JsonSchema | undefined): JsonSchema | undefined {
  const others = (schema?.anyOf ?? []).filter(({ type }) => type !== "null")
  return others.length === 1 ? withoutNull(others[0]) : schema
}

/** What is particular to a value of one form. */
function shapeOf(place: Place, schema: JsonSchema): Pick<Field, "kind"> & Partial<Field> {
  const { root, path, value } = place
  if (schema.enum !== undefined) return { kind: "choice", choices: schema.enum }
  if (schema.const !== undefined) return { kind: "choice", choices: [schema.const] }
  switch (schema.type) {
    case "string":
      return secretOr({ kind: "text" }, path, value)
    case "number":
    case "integer":
      return { kind: "number", bounds: boundsOf(schema) }
    case "boolean":
      return { kind: "boolean" }
    case "array":
      return listOf(place, schema)
    case "object":
      return schema.properties === undefined &&
        typeof schema.additionalProperties === "object" &&
        Object.keys(schema.additionalProperties).length > 0
        ? mapOf(place, schema.additionalProperties)
        : objectOf(root, place, schema)
    default:
      return { kind: "other" }
  }
}

function objectOf(root: JsonSchema, { path, value }: Place, schema: JsonSchema): Pick<Field, "kind"> & Partial<Field> {
  const properties = schema.properties ?? {}
  if (value !== undefined && !isObject(value)) return { kind: "other" }
  const children = Object.entries(properties).map(([key, inside]) =>
    fieldOf({
      ...{ root, schema: inside, path: [...path, key] },
      ...{
        value: isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined,
        required: schema.required?.includes(key) ?? false,
      },
    }),
  )
  const unknown = isObject(value) ? Object.keys(value).filter((key) => !Object.hasOwn(properties, key)) : []
  return { kind: "object", children, unknown }
}

function mapOf({ root, path, value }: Place, inside: JsonSchema): Pick<Field, "kind"> & Partial<Field> {
  if (value !== undefined && !isObject(value)) return { kind: "other" }
  const entries = Object.entries(value ?? {}).slice(0, MOST_CHILDREN)
  const children = entries.map(([key, entry]) => ({
    ...fieldOf({ root, schema: inside, path: [...path, key], value: entry, required: false }),
    label: key,
  }))
  return { kind: "map", children, blank: blankOf(root, inside) }
}

function listOf({ root, path, value }: Place, schema: JsonSchema): Pick<Field, "kind"> & Partial<Field> {
  if ((value !== undefined && !Array.isArray(value)) || typeof schema.items !== "object") return { kind: "other" }
  const inside = schema.items
  const children = (value ?? [])
    .slice(0, MOST_CHILDREN)
    .map((element: unknown, i: number) =>
      fieldOf({ root, schema: inside, path: [...path, i], value: element, required: true }),
    )
  return { kind: "list", children, blank: blankOf(root, inside) }
}

function secretOr(
  field: Pick<Field, "kind"> & Partial<Field>,
  path: Path,
  value: unknown,
): Pick<Field, "kind"> & Partial<Field> {
  const key = path.findLast((part) => typeof part === "string")
  const isReference = isObject(value) && (typeof value.$env === "string" || typeof value.$file === "string")
  return isReference || (typeof key === "string" && SECRET.test(key)) ? { ...field, kind: "secret" } : field
}

/** A value to begin with: the default, else the least that the schema takes. */
export function blankOf(root: JsonSchema, given: JsonSchema): unknown {
  const schema = resolved(root, given)
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const [first] = optionsOf(root, schema)
  if (first !== undefined && first !== schema) return blankOf(root, first)
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        (schema.required ?? []).map((key) => [key, blankOf(root, schema.properties?.[key] ?? {})]),
      )
    case "array":
      return []
    case "boolean":
      return false
    case "number":
    case "integer":
      return schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : schema.exclusiveMinimum + 1)
    case "null":
      return null
    default:
      return ""
  }
}

function resolved(root: JsonSchema, schema: JsonSchema, depth = 0): JsonSchema {
  const name = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(schema.$ref ?? "")?.[1]
  const target = name === undefined ? undefined : (root.$defs?.[name] ?? root.definitions?.[name])
  if (target === undefined || depth > DEEPEST) return schema
  const { $ref: _, ...own } = schema
  return { ...resolved(root, target, depth + 1), ...own }
}

/** The forms a value may have, flat; a boolean is two of them where it is one of several. */
function optionsOf(root: JsonSchema, schema: JsonSchema): JsonSchema[] {
  const nested = schema.anyOf ?? schema.oneOf
  if (nested !== undefined) return nested.flatMap((option) => optionsOf(root, resolved(root, option)))
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }))
  return [schema]
}

function variantsOf(root: JsonSchema, options: readonly JsonSchema[]): Variant[] {
  return options.flatMap((schema): Variant[] => {
    if (schema.const === true) return [{ label: "on", schema, blank: true }]
    if (schema.const === false) return [{ label: "off", schema, blank: false }]
    if (schema.type === "boolean") return variantsOf(root, [{ const: true }, { const: false }])
    return [{ label: labelOfType(schema), schema, blank: blankOf(root, schema) }]
  })
}

function labelOfType({ type }: JsonSchema): Variant["label"] {
  if (type === "object") return "details"
  if (type === "string") return "text"
  if (type === "number" || type === "integer") return "number"
  if (type === "array") return "list"
  return type === "null" ? "none" : "other"
}

function isNumberOrText(options: readonly JsonSchema[]): boolean {
  return options.every(
    ({ type, const: fixed }) => fixed === undefined && ["string", "number", "integer"].includes(String(type)),
  )
}

function fits(root: JsonSchema, given: JsonSchema, value: unknown): boolean {
  const schema = resolved(root, given)
  if (schema.const !== undefined) return value === schema.const
  if (schema.enum !== undefined) return schema.enum.includes(value)
  switch (schema.type) {
    case "object":
      return isObject(value)
    case "array":
      return Array.isArray(value)
    case "null":
      return value === null
    case "integer":
      return typeof value === "number"
    default:
      return schema.type === typeof value
  }
}

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string | undefined {
  const isWide = (bound: number) => Math.abs(bound) >= Number.MAX_SAFE_INTEGER
  const low = minimum ?? exclusiveMinimum
  const high = maximum ?? exclusiveMaximum
  const lower = low === undefined || isWide(low) ? "" : `${minimum === undefined ? ">" : "≥"} ${low}`
  const upper = high === undefined || isWide(high) ? "" : `${maximum === undefined ? "<" : "≤"} ${high}`
  return [lower, upper].filter(Boolean).join(", ") || undefined
}

function labelOf(path: Path, { title }: JsonSchema): string {
  if (title !== undefined) return title
  const key = path.at(-1)
  if (key === undefined) return ""
  if (typeof key === "number") return String(key + 1)
  const words = key
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .toLowerCase()
    .trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

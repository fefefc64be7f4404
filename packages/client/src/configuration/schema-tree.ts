import type { ConfigSchema } from "./config-schema.js"

/** The part of zod's definitions that is looked at here. */
interface Definition {
  readonly type: string
  readonly shape?: Readonly<Record<string, SchemaNode>>
  readonly element?: SchemaNode
  readonly options?: readonly SchemaNode[]
  readonly innerType?: SchemaNode
  readonly valueType?: SchemaNode
  readonly items?: readonly SchemaNode[]
  readonly in?: SchemaNode
  readonly getter?: () => SchemaNode
  readonly entries?: Readonly<Record<string, unknown>>
  readonly values?: readonly unknown[]
  readonly format?: string
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[]
}

interface Check {
  readonly check: string
  readonly value?: number | bigint | Date
  readonly inclusive?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly format?: string
}

/** A schema, or a part of one. */
export interface SchemaNode {
  readonly _zod: { readonly def: Definition }
}

/** The tree of a schema. */
export function treeOf(schema: ConfigSchema<unknown>): SchemaNode {
  return schema as unknown as SchemaNode
}

/** The alternatives of a schema with its wrappers (optional, default, …) taken off: one, but for unions. */
export function alternatives(node: SchemaNode): SchemaNode[] {
  const { type, options, innerType, in: input, getter } = node._zod.def
  if (type === "union") return (options ?? []).flatMap(alternatives)
  if (type === "lazy" && getter !== undefined) return alternatives(getter())
  const inner = innerType ?? (type === "pipe" ? input : undefined)
  return inner === undefined ? [node] : alternatives(inner)
}

/** What an object schema says of a key: its schema, `undefined` if the key is not foreseen. */
export function keySchema(node: SchemaNode, key: string): SchemaNode | undefined {
  const { type, shape, valueType } = node._zod.def
  if (type === "record") return valueType
  return shape !== undefined && Object.hasOwn(shape, key) ? shape[key] : undefined
}

/** The schema of an element of an array or tuple. */
export function elementSchema(node: SchemaNode, index: number): SchemaNode | undefined {
  const { element, items } = node._zod.def
  return element ?? items?.[index]
}

/** What a schema wants, to follow "expected": `a number > 0`, `true or false, or an object`. */
export function expectation(node: SchemaNode): string {
  const texts = [...new Set(alternatives(node).map(expectationOfOne))]
  return texts.join(texts.some((text) => text.includes(" or ")) ? ", or " : " or ")
}

function expectationOfOne(node: SchemaNode): string {
  const { type, entries, values, checks = [], format } = node._zod.def
  const limits = checks.map((check) => check._zod.def)
  if (type === "number" || type === "int") return numberText(format, limits)
  if (type === "string")
    return limits.some(({ minimum = 0 }) => minimum > 0) ? "a string that is not empty" : "a string"
  if (type === "array") return limits.some(({ minimum = 0 }) => minimum > 0) ? "an array that is not empty" : "an array"
  if (type === "enum" || type === "literal") return listText((values ?? Object.values(entries ?? {})).map(literalText))
  return names[type] ?? type
}

const names: Readonly<Record<string, string>> = {
  boolean: "true or false",
  object: "an object",
  record: "an object",
  tuple: "an array",
  null: "null",
  any: "anything",
  unknown: "anything",
}

function numberText(format: string | undefined, limits: readonly Check[]): string {
  const whole = [format, ...limits.map((limit) => limit.format)].some((name) => name?.includes("int"))
  const bounds = limits.flatMap(({ check, value, inclusive }) => {
    if (check === "greater_than") return [`${inclusive ? "≥" : ">"} ${value}`]
    return check === "less_than" ? [`${inclusive ? "≤" : "<"} ${value}`] : []
  })
  return [whole ? "a whole number" : "a number", bounds.join(" and ")].filter((text) => text !== "").join(" ")
}

function literalText(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value)
}

function listText(texts: string[]): string {
  const last = texts.pop() ?? "nothing"
  return texts.length === 0 ? last : `${texts.join(", ")} or ${last}`
}

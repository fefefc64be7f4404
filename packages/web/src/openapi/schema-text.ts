import type { Schema } from "./schema-helpers.js"

/** A schema for people, in the way types are written: `{ total: integer, metrics: Metric[] }`. Lines are indented by two blanks. */
export function schemaText(schema: Schema, indent = ""): string {
  const { $ref, type, const: constant } = schema
  if (typeof $ref === "string") return $ref.slice($ref.lastIndexOf("/") + 1)
  if (constant !== undefined) return JSON.stringify(constant)
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ")
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) return alternatives.map((one: Schema) => schemaText(one, indent)).join(" | ")
  if (Array.isArray(type)) return type.map((one) => schemaText({ ...schema, type: one }, indent)).join(" | ")
  if (type === "array") return arrayText(schema, indent)
  if (type === "object" || schema.properties !== undefined) return objectText(schema, indent)
  return typeof type === "string" ? type : "anything"
}

/** Bounds of a schema in words, such as `1 to 50 · default 10`; "" if there are none. */
export function boundsText(schema: Schema): string {
  const { minimum, exclusiveMinimum, maximum, minItems, maxItems, maxLength, pattern } = schema
  return [
    rangeText(minimum ?? exclusiveMinimum, maximum),
    rangeText(minItems, maxItems, " of them"),
    maxLength === undefined ? "" : `up to ${maxLength} characters`,
    pattern === undefined ? "" : `like ${pattern}`,
    schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`,
  ]
    .filter((part) => part !== "")
    .join(" · ")
}

function rangeText(from: unknown, to: unknown, of = ""): string {
  if (from !== undefined && to !== undefined) return `${from} to ${to}${of}`
  if (to !== undefined) return `up to ${to}${of}`
  return from === undefined ? "" : `from ${from}${of}`
}

function arrayText({ items }: Schema, indent: string): string {
  const text = schemaText((items ?? {}) as Schema, indent)
  return / \| /.test(text) && !text.startsWith("{") ? `(${text})[]` : `${text}[]`
}

function objectText(schema: Schema, indent: string): string {
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = schema as {
    properties?: Record<string, Schema>
    required?: readonly string[]
    additionalProperties?: Schema | boolean
  }
  const deeper = `${indent}  `
  const lines = Object.entries(properties).map(([name, one]) => {
    const about = [one.description, boundsText(one)].filter((part) => typeof part === "string" && part !== "")
    const comment = about.length === 0 ? "" : `  // ${about.join(" · ")}`
    return `${deeper}${name}${required.includes(name) ? "" : "?"}: ${schemaText(one, deeper)}${comment}`
  })
  if (typeof additionalProperties === "object")
    lines.push(`${deeper}[name]: ${schemaText(additionalProperties, deeper)}`)
  return lines.length === 0 ? "object" : `{\n${lines.join("\n")}\n${indent}}`
}

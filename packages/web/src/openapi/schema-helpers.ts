/** JSON Schema as it stands in a description. */
export type Schema = Readonly<Record<string, unknown>>

export const text = { type: "string" } as const
export const number = { type: "number" } as const
export const integer = { type: "integer" } as const
export const flag = { type: "boolean" } as const

/** Nanoseconds since 1970 in digits. */
export const timeNs = { type: "string", description: "nanoseconds since 1970" } as const

/** ISO 8601. */
export const isoTime = { type: "string", description: "ISO 8601" } as const

/** An object with these keys; those in `optional` may be missing. Others are allowed. */
export function object(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  return { type: "object", properties, required: Object.keys(properties).filter((key) => !optional.includes(key)) }
}

/** An object with keys of any name. */
export function byName(values: Schema): Schema {
  return { type: "object", additionalProperties: values }
}

export function list(items: Schema): Schema {
  return { type: "array", items }
}

/** This or null. */
export function orNull(schema: Schema): Schema {
  return "title" in schema || typeof schema.type !== "string"
    ? { anyOf: [schema, { type: "null" }] }
    : { ...schema, type: [schema.type, "null"] }
}

/** One of these. */
export function oneOf(...schemas: Schema[]): Schema {
  return { anyOf: schemas }
}

/** A schema that has a name of its own in the document. */
export function named(title: string, schema: Schema, description?: string): Schema {
  return { title, ...(description === undefined ? {} : { description }), ...schema }
}

/** Any object. */
export const anyObject: Schema = { type: "object" }

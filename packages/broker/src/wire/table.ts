/**
 * A field table: names to typed values. The wire type is kept, because argument equivalence and headers matching
 * depend on it and because what is stored must come back as it was.
 */
export type Table = ReadonlyMap<string, Field>

/** One value with the letter that the wire uses for its type (RabbitMQ's dialect). */
export interface Field {
  readonly type: FieldType
  readonly value: FieldValue
}

/** The letter of a type. */
export type FieldType = keyof typeof fieldTypeNames
/** 64-bit integers are numbers up to 2^53 and bigint beyond; `D` is its five raw bytes; `V` is null. */
export type FieldValue = boolean | number | bigint | string | Uint8Array | Table | readonly Field[] | null

/** Names of the types as RabbitMQ writes them in error texts. */
export const fieldTypeNames = {
  t: "bool",
  b: "byte",
  B: "unsignedbyte",
  s: "short",
  u: "unsignedshort",
  I: "signedint",
  i: "unsignedint",
  l: "long",
  f: "float",
  d: "double",
  D: "decimal",
  S: "longstr",
  x: "binary",
  A: "array",
  T: "timestamp",
  F: "table",
  V: "void",
} as const

/** The table without entries. */
export const emptyTable: Table = new Map()

/** Makes a table from plain values: strings, booleans, 32-bit integers and nested tables. */
export function tableOf(values: Record<string, string | boolean | number | Table>): Table {
  return new Map(Object.entries(values).map(([name, value]) => [name, fieldOf(value)]))
}

function fieldOf(value: string | boolean | number | Table): Field {
  if (typeof value === "string") return { type: "S", value }
  if (typeof value === "boolean") return { type: "t", value }
  if (typeof value === "number") return { type: "I", value }
  return { type: "F", value }
}

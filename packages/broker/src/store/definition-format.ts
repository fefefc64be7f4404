import type { Definition } from "../model/definitions.js"
import type { Field, FieldType, FieldValue, Table } from "../wire/table.js"

/** First line of the file: what it is, and in which version. */
export const FORMAT = "metricq-broker-definitions"
export const VERSION = 1
/** Name and version of the file in which definitions survive. */
export const definitionsFormat = `${FORMAT} ${VERSION}`

/** A value of a field table as JSON has it: its type letter, and the value as far as JSON knows it, else as text. */
type JsonField = [name: string, type: FieldType, value: unknown]

/** One definition as one line of JSON, without the line end. */
export function encodeDefinition(definition: Definition): string {
  if (!("arguments" in definition)) return JSON.stringify(definition)
  return JSON.stringify({ ...definition, arguments: encodeTable(definition.arguments) })
}

/** Reads a line that `encodeDefinition` wrote. @throws {SyntaxError | TypeError} if it is none */
export function decodeDefinition(line: string): Definition {
  const json = JSON.parse(line) as { op: string; arguments?: JsonField[] }
  if (typeof json !== "object" || json === null || typeof json.op !== "string") throw new TypeError("no definition")
  if (json.arguments === undefined) return json as unknown as Definition
  return { ...json, arguments: decodeTable(json.arguments) } as unknown as Definition
}

function encodeTable(table: Table): JsonField[] {
  return [...table].map(([name, { type, value }]) => [name, type, encodeValue(value)])
}

function encodeValue(value: FieldValue): unknown {
  if (typeof value === "bigint") return value.toString()
  if (typeof value === "number" && !Number.isFinite(value)) return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex")
  if (value instanceof Map) return encodeTable(value)
  if (Array.isArray(value)) return value.map(({ type, value: item }: Field) => ["", type, encodeValue(item)])
  return value
}

function decodeTable(fields: readonly JsonField[]): Table {
  return new Map(fields.map(([name, type, value]) => [name, { type, value: decodeValue(type, value) }]))
}

function decodeValue(type: FieldType, value: unknown): FieldValue {
  if (type === "F") return decodeTable(value as JsonField[])
  if (type === "A")
    return (value as JsonField[]).map(([, item, inner]) => ({ type: item, value: decodeValue(item, inner) }))
  if (type === "x" || type === "D") return Uint8Array.from(Buffer.from(value as string, "hex"))
  if (typeof value === "string" && (type === "l" || type === "T")) return BigInt(value)
  if (typeof value === "string" && (type === "d" || type === "f")) return Number(value)
  return value as FieldValue
}

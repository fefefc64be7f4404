import { crc32 } from "node:zlib"
import type { Definition } from "../model/definitions.js"
import type { Field, FieldType, FieldValue, Table } from "../wire/table.js"

/** What the first line of the file says that it is. */
const FORMAT = "metricq-broker-definitions"
/** Version of the format that is written, and the only one that is read. */
export const VERSION = 1
/** Name and version of the file in which definitions survive. */
export const definitionsFormat = `${FORMAT} ${VERSION}`

/** A value of a field table as JSON has it: its type letter, and the value as far as JSON knows it, else as text. */
type JsonField = [name: string, type: FieldType, value: unknown]

/** A line of the file without its end: the check sum of the JSON text in eight hexadecimal digits, a blank, and the text. */
function lineOf(json: unknown): string {
  const text = JSON.stringify(json)
  return `${checkSum(text)} ${text}`
}

function checkSum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0")
}

/** The JSON of a line. @throws {TypeError | SyntaxError} if it is damaged */
function readLine(line: string): Record<string, unknown> {
  const text = line.slice(9)
  if (line !== `${checkSum(text)} ${text}`) throw new TypeError("the check sum is wrong")
  return JSON.parse(text)
}

/** The first line of the file. */
export function encodeHead(): string {
  return lineOf({ format: FORMAT, version: VERSION })
}

/** The version that a first line names. @throws {TypeError | SyntaxError} if it is damaged or of another kind of file */
export function decodeHead(line: string): unknown {
  const { format, version } = readLine(line)
  if (format !== FORMAT) throw new TypeError(`no "format":"${FORMAT}"`)
  return version
}

/** One definition as one line, without the line end. */
export function encodeDefinition(definition: Definition): string {
  if (!("arguments" in definition)) return lineOf(definition)
  return lineOf({ ...definition, arguments: encodeTable(definition.arguments) })
}

/** Reads a line that `encodeDefinition` wrote. @throws {TypeError | SyntaxError} if it is damaged */
export function decodeDefinition(line: string): Definition {
  const json = readLine(line)
  if (json.arguments === undefined) return json as unknown as Definition
  return { ...json, arguments: decodeTable(json.arguments as JsonField[]) } as unknown as Definition
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

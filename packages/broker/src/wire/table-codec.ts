import { ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"
import type { ByteReader } from "./byte-reader.js"
import type { ByteWriter } from "./byte-writer.js"
import { emptyTable, type Field, type FieldType, type FieldValue, type Table } from "./table.js"

/** Tables nested deeper than this are refused, so that reading one never exhausts the stack. */
const MAX_DEPTH = 64

/** Sizes of the types that have a fixed one. */
const fixedSizes: Partial<Record<string, number>> = {
  t: 1,
  b: 1,
  B: 1,
  s: 2,
  u: 2,
  I: 4,
  i: 4,
  l: 8,
  f: 4,
  d: 8,
  D: 5,
  T: 8,
  V: 0,
}

/**
 * Reads a table with its length in front.
 *
 * @throws {ConnectionError} `SYNTAX_ERROR` where the bytes end early, a type is unknown, or nesting exceeds 64 levels
 */
export function readTable(reader: ByteReader, depth = 0): Table {
  const end = innerEnd(reader, depth)
  if (reader.at === end) return emptyTable
  const table = new Map<string, Field>()
  while (reader.at < end) table.set(reader.shortstr(), readField(reader, depth))
  checkEnd(reader, end)
  return table
}

/** Moves past a table and checks its structure without making any object of it; throws as `readTable` does. */
export function skipTable(reader: ByteReader, depth = 0): void {
  const end = innerEnd(reader, depth)
  while (reader.at < end) {
    reader.skip(reader.octet())
    skipField(reader, depth)
  }
  checkEnd(reader, end)
}

function innerEnd(reader: ByteReader, depth: number): number {
  if (depth > MAX_DEPTH) throw new ConnectionError(constants.syntaxError, "field table nested too deeply")
  const length = reader.long()
  const start = reader.skip(length)
  reader.at = start
  return start + length
}

function checkEnd(reader: ByteReader, end: number): void {
  if (reader.at !== end) throw new ConnectionError(constants.syntaxError, "field table longer than its length")
}

function readField(reader: ByteReader, depth: number): Field {
  const type = String.fromCharCode(reader.octet()) as FieldType
  return { type, value: readValue(reader, type, depth) }
}

function readValue(reader: ByteReader, type: FieldType, depth: number): FieldValue {
  const { buffer } = reader
  switch (type) {
    case "t":
      return reader.octet() !== 0
    case "b":
      return buffer.readInt8(reader.skip(1))
    case "B":
      return reader.octet()
    case "s":
      return buffer.readInt16BE(reader.skip(2))
    case "u":
      return reader.short()
    case "I":
      return buffer.readInt32BE(reader.skip(4))
    case "i":
      return reader.long()
    case "l":
      return narrow(buffer.readBigInt64BE(reader.skip(8)))
    case "T":
      return narrow(buffer.readBigUInt64BE(reader.skip(8)))
    case "f":
      return buffer.readFloatBE(reader.skip(4))
    case "d":
      return buffer.readDoubleBE(reader.skip(8))
    case "D":
      return copyOf(buffer, reader.skip(5), 5)
    case "S":
      return reader.longstr().toString("utf8")
    case "x":
      return Uint8Array.from(reader.longstr())
    case "F":
      return readTable(reader, depth + 1)
    case "A":
      return readArray(reader, depth + 1)
    case "V":
      return null
    default:
      return unknownType(type)
  }
}

function readArray(reader: ByteReader, depth: number): readonly Field[] {
  const end = innerEnd(reader, depth)
  const fields: Field[] = []
  while (reader.at < end) fields.push(readField(reader, depth))
  checkEnd(reader, end)
  return fields
}

function skipField(reader: ByteReader, depth: number): void {
  const type = String.fromCharCode(reader.octet())
  const size = fixedSizes[type]
  if (size !== undefined) reader.skip(size)
  else if (type === "S" || type === "x") reader.skip(reader.long())
  else if (type === "F") skipTable(reader, depth + 1)
  else if (type === "A") skipArray(reader, depth + 1)
  else unknownType(type)
}

function skipArray(reader: ByteReader, depth: number): void {
  const end = innerEnd(reader, depth)
  while (reader.at < end) skipField(reader, depth)
  checkEnd(reader, end)
}

function unknownType(type: string): never {
  throw new ConnectionError(constants.syntaxError, `unknown field type ${type.charCodeAt(0)}`)
}

function copyOf(buffer: Buffer, start: number, length: number): Uint8Array {
  return Uint8Array.from(buffer.subarray(start, start + length))
}

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Writes a table with its length in front. */
export function writeTable(writer: ByteWriter, table: Table): void {
  const start = beginLength(writer)
  for (const [name, field] of table) {
    writer.shortstr(name)
    writeField(writer, field)
  }
  writer.patchLong(start, writer.length - start - 4)
}

function beginLength(writer: ByteWriter): number {
  const start = writer.length
  writer.long(0)
  return start
}

function writeField(writer: ByteWriter, { type, value }: Field): void {
  writer.octet(type.charCodeAt(0))
  if (type === "F") writeTable(writer, value as Table)
  else if (type === "A") writeArray(writer, value as readonly Field[])
  else if (type === "S") writer.longstr(Buffer.from(value as string, "utf8"))
  else if (type === "x") writer.longstr(value as Uint8Array)
  else if (type === "D") writer.raw(value as Uint8Array)
  else if (type !== "V") writeNumber(writer, type, Number(value), value)
}

function writeArray(writer: ByteWriter, fields: readonly Field[]): void {
  const start = beginLength(writer)
  for (const field of fields) writeField(writer, field)
  writer.patchLong(start, writer.length - start - 4)
}

function writeNumber(writer: ByteWriter, type: FieldType, number: number, exact: FieldValue): void {
  if (type === "d") writer.double(number)
  else if (type === "f") writer.float(number)
  else if (type === "l" || type === "T") writer.int64(BigInt.asIntN(64, BigInt(exact as number | bigint)))
  else if (type === "I" || type === "i") writer.long(number >>> 0)
  else if (type === "s" || type === "u") writer.short(number & 0xffff)
  else writer.octet(number & 0xff)
}

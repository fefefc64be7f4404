import { ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"
import { type ArgumentType, type MethodName, type MethodSpec, type Methods, methodSpecs } from "../spec/methods.js"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"
import { emptyTable, type Table } from "./table.js"
import { readTable, writeTable } from "./table-codec.js"

const byId = new Map(methodSpecs.map((spec) => [spec.id, spec]))
const byName = new Map(methodSpecs.map((spec) => [spec.name, spec]))

/** Class id in the upper 16 bits and method id in the lower, as the first four bytes of a method frame hold it. */
export function methodId(name: MethodName): number {
  return specNamed(name).id
}

function specNamed(name: MethodName): MethodSpec {
  const spec = byName.get(name)
  if (spec === undefined) throw new RangeError(`no method ${name}`)
  return spec
}

/**
 * What the specification says of a method.
 *
 * @throws {ConnectionError} `NOT_IMPLEMENTED` for an id that is in no table
 */
export function methodSpec(id: number): MethodSpec {
  const spec = byId.get(id)
  if (spec !== undefined) return spec
  throw new ConnectionError(constants.notImplemented, `unknown method ${id >>> 16},${id & 0xffff}`)
}

/**
 * Decodes the arguments that follow the id of a method. Long strings are views of `buffer`; all else is copied.
 *
 * @throws {ConnectionError} `SYNTAX_ERROR` where bytes are missing or left over
 */
export function decodeArguments<N extends MethodName>(
  spec: MethodSpec & { name: N },
  buffer: Buffer,
  start: number,
  end: number,
): Methods[N] {
  const reader = new ByteReader(buffer, start, end)
  const args: Record<string, unknown> = {}
  let bits = 0
  let bit = 8
  for (const [name, type] of spec.args) {
    if (type !== "bit") {
      bit = 8
      const value = readArgument(reader, type)
      if (name !== "") args[name] = value
      continue
    }
    if (bit === 8) {
      bits = reader.octet()
      bit = 0
    }
    if (name !== "") args[name] = (bits & (1 << bit)) !== 0
    bit++
  }
  if (reader.left > 0) throw new ConnectionError(constants.syntaxError, `${reader.left} bytes too many in ${spec.name}`)
  return args as Methods[N]
}

function readArgument(reader: ByteReader, type: Exclude<ArgumentType, "bit">): unknown {
  switch (type) {
    case "octet":
      return reader.octet()
    case "short":
      return reader.short()
    case "long":
      return reader.long()
    case "longlong":
    case "timestamp":
      return reader.longlong()
    case "shortstr":
      return reader.shortstr()
    case "longstr":
      return reader.longstr()
    case "table":
      return readTable(reader)
  }
}

/** A whole method frame, from its type to its end mark, in fresh bytes. */
export function encodeMethodFrame<N extends MethodName>(channel: number, name: N, args: Methods[N]): Buffer {
  const spec = specNamed(name)
  const writer = new ByteWriter(128)
  writer.octet(constants.frameMethod)
  writer.short(channel)
  writer.long(0)
  writer.long(spec.id)
  writeArguments(writer, spec, args as Record<string, unknown>)
  writer.patchLong(3, writer.length - 7)
  writer.octet(constants.frameEnd)
  return writer.bytes()
}

function writeArguments(writer: ByteWriter, spec: MethodSpec, args: Record<string, unknown>): void {
  let bits = 0
  let count = 0
  const flush = () => {
    if (count > 0) writer.octet(bits)
    bits = 0
    count = 0
  }
  for (const [name, type] of spec.args) {
    if (type === "bit") {
      if (count === 8) flush()
      if (args[name] === true) bits |= 1 << count
      count++
    } else {
      flush()
      writeArgument(writer, type, args[name])
    }
  }
  flush()
}

function writeArgument(writer: ByteWriter, type: Exclude<ArgumentType, "bit">, value: unknown): void {
  if (type === "table") writeTable(writer, (value as Table | undefined) ?? emptyTable)
  else if (type === "shortstr") writer.shortstr((value as string | undefined) ?? "")
  else if (type === "longstr") writer.longstr((value as Uint8Array | undefined) ?? new Uint8Array(0))
  else writeInteger(writer, type, (value as number | undefined) ?? 0)
}

function writeInteger(writer: ByteWriter, type: ArgumentType, value: number): void {
  if (type === "octet") writer.octet(value)
  else if (type === "short") writer.short(value)
  else if (type === "long") writer.long(value)
  else writer.longlong(value)
}

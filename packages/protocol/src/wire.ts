import { DataError } from "./errors.js"

/** Wire types of protobuf, the low three bits of a tag. */
export const VARINT = 0
export const FIXED64 = 1
export const BYTES = 2
const GROUP_START = 3
const GROUP_END = 4
const FIXED32 = 5

const MAX_GROUP_DEPTH = 100
const MAX_FIELD = 2 ** 29 - 1

/** The bytes end where the message goes on. */
export function truncated(message: string, at: number, what: string): DataError {
  return new DataError("wire-truncated", `${message}: byte ${at}: ${what} runs past the end`)
}

/** The bytes are no protobuf. */
export function malformed(message: string, at: number, what: string, options?: ErrorOptions): DataError {
  return new DataError("wire-malformed", `${message}: byte ${at}: ${what}`, options)
}

/** Position after the varint at `at`. Errors if it is cut off by `end` or longer than ten bytes. */
export function varintEnd(body: Uint8Array, at: number, end: number, message: string, what: string): number {
  const limit = at + 10
  for (let position = at; position < end; position++) {
    if (position === limit) throw malformed(message, at, `${what} is a varint of more than ten bytes`)
    if (body[position]! < 0x80) return position + 1
  }
  throw end >= limit
    ? malformed(message, at, `${what} is a varint of more than ten bytes`)
    : truncated(message, at, what)
}

/** The low 53 bits, as far as a double is exact, of the varint between `at` and `end`, which must be whole. */
export function varintNumber(body: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let position = end - 1; position >= at; position--) value = value * 128 + (body[position]! & 0x7f)
  return value
}

/** A field as found on the wire: where its payload lies. For a varint it is the varint, for a group what is between the brackets. */
export interface Field {
  number: number
  wireType: number
  start: number
  end: number
  next: number
}

/** An empty field to read into. */
export function newField(): Field {
  return { number: 0, wireType: 0, start: 0, end: 0, next: 0 }
}

/**
 * Read the tag at `at` and find the extent of the field's payload, which lies within `end`. Fills and returns `into`.
 *
 * @throws {DataError} `wire-truncated`, `wire-malformed`
 */
export function readField(body: Uint8Array, at: number, end: number, message: string, into: Field): Field {
  const tagEnd = varintEnd(body, at, end, message, "tag")
  const tag = varintNumber(body, at, tagEnd)
  into.number = Math.floor(tag / 8)
  into.wireType = tag % 8
  if (into.number < 1 || into.number > MAX_FIELD) throw malformed(message, at, `there is no field ${into.number}`)
  const what = `field ${into.number}`
  if (into.wireType === BYTES) {
    into.start = varintEnd(body, tagEnd, end, message, `length of ${what}`)
    into.end = into.start + varintNumber(body, tagEnd, into.start)
    into.next = into.end
  } else {
    into.start = tagEnd
    into.next = payloadEnd(body, at, tagEnd, end, message, into)
    into.end = into.next
  }
  if (into.next > end) throw truncated(message, at, what)
  return into
}

function payloadEnd(body: Uint8Array, at: number, start: number, end: number, message: string, field: Field): number {
  switch (field.wireType) {
    case VARINT:
      return varintEnd(body, start, end, message, `field ${field.number}`)
    case FIXED64:
      return start + 8
    case FIXED32:
      return start + 4
    case GROUP_START:
      return groupEnd(body, start, end, message, field.number)
    case GROUP_END:
      throw malformed(message, at, `group ${field.number} ends but has not begun`)
    default:
      throw malformed(message, at, `field ${field.number} has the unknown wire type ${field.wireType}`)
  }
}

/** Position after the end tag of a group, whose fields nobody wants. An explicit stack: depth comes from outside. */
function groupEnd(body: Uint8Array, start: number, end: number, message: string, group: number): number {
  const open = [group]
  let at = start
  while (open.length > 0) {
    if (at >= end) throw truncated(message, start, `group ${open.at(-1)}`)
    const tagEnd = varintEnd(body, at, end, message, "tag")
    const tag = varintNumber(body, at, tagEnd)
    const number = Math.floor(tag / 8)
    if (tag % 8 === GROUP_START) {
      if (open.push(number) > MAX_GROUP_DEPTH) throw malformed(message, at, "groups are nested too deep")
      at = tagEnd
    } else if (tag % 8 === GROUP_END) {
      if (open.pop() !== number) throw malformed(message, at, `group ${number} ends but is not the one that began`)
      at = tagEnd
    } else {
      at = readField(body, at, end, message, newField()).next
    }
  }
  return at
}

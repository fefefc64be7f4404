import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ByteWriter } from "./byte-writer.js"
import { checkProperties, readHeaders } from "./properties.js"
import { type Table, tableOf } from "./table.js"
import { writeTable } from "./table-codec.js"

interface Properties {
  contentType?: string
  contentEncoding?: string
  headers?: Table
  deliveryMode?: number
  priority?: number
  correlationId?: string
  replyTo?: string
  expiration?: string
  messageId?: string
  timestamp?: number
  type?: string
  userId?: string
  appId?: string
}

const order: (keyof Properties)[] = [
  "contentType",
  "contentEncoding",
  "headers",
  "deliveryMode",
  "priority",
  "correlationId",
  "replyTo",
  "expiration",
  "messageId",
  "timestamp",
  "type",
  "userId",
  "appId",
]

function encode(properties: Properties): Buffer {
  const writer = new ByteWriter(8)
  const flags = order.reduce((bits, name, index) => bits | (properties[name] === undefined ? 0 : 0x8000 >> index), 0)
  writer.short(flags)
  for (const name of order) {
    const value = properties[name]
    if (value === undefined) continue
    if (typeof value === "string") writer.shortstr(value)
    else if (typeof value === "object") writeTable(writer, value)
    else if (name === "timestamp") writer.longlong(value)
    else writer.octet(value)
  }
  return writer.bytes()
}

function check(bytes: Buffer): { expiration: string | undefined; userId: string | undefined } {
  const peeked = { expiration: undefined, userId: undefined }
  checkProperties(bytes, 0, bytes.length, peeked)
  return peeked
}

const text = fc.string({ maxLength: 30 })
const anyProperties = fc.record(
  {
    contentType: text,
    contentEncoding: text,
    headers: text.map((value) => tableOf({ value, number: 3, inner: tableOf({ yes: true }) })),
    deliveryMode: fc.nat(255),
    priority: fc.nat(255),
    correlationId: text,
    replyTo: text,
    expiration: text,
    messageId: text,
    timestamp: fc.nat(),
    type: text,
    userId: text,
    appId: text,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Properties>

describe("properties of a message", () => {
  test("show expiration, user and headers, whatever else is there", () => {
    fc.assert(
      fc.property(anyProperties, (properties) => {
        const bytes = encode(properties)
        expect(check(bytes)).toEqual({ expiration: properties.expiration, userId: properties.userId })
        expect(readHeaders(bytes, 0, bytes.length)).toEqual(properties.headers)
      }),
    )
  })

  test("that end early, go on too long or claim unknown flags are refused", () => {
    const bytes = encode({ contentType: "text/plain", headers: tableOf({ a: 1 }), timestamp: 5, appId: "me" })
    for (let length = 0; length < bytes.length; length++) {
      expect(() => check(bytes.subarray(0, length))).toThrow(/SYNTAX_ERROR/)
    }
    expect(() => check(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(/1 bytes too many/)
    expect(() => check(Buffer.from([0, 1, 0, 0]))).toThrow(/unknown property flags/)
    expect(() => check(Buffer.from([0, 2]))).toThrow(/unknown property flags/)
    expect(() => check(Buffer.from([0, 0, 7]))).toThrow(/1 bytes too many/)
  })
})

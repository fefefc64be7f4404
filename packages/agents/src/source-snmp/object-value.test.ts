import { Timestamp } from "@metricq/client"
import snmp from "net-snmp"
import { describe, expect, test } from "vitest"
import { ObjectValue } from "./object-value.js"

const { ObjectType } = snmp
const at = (seconds: number) => Timestamp.fromNs(BigInt(seconds * 1e9))
const read = (settings: object, type: number, value: unknown, seconds = 0) =>
  valueWith(settings).read({ oid: "1.3", type, value } as never, at(seconds))
const valueWith = (settings: object) => new ObjectValue({ absolute: false, rate: false, ...settings })

describe("a number", () => {
  test("is multiplied, shifted, and loses its sign last", () => {
    expect(read({}, ObjectType.Integer, -7)).toBe(-7)
    expect(read({ multiplier: 0.5, scale: 2, offset: 2, absolute: true }, ObjectType.Integer, -7)).toBe(5)
    expect(read({}, ObjectType.Counter64, Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0]))).toBe(2 ** 63)
    expect(read({}, ObjectType.Counter64, Buffer.alloc(0))).toBe(0)
  })

  test("may stand in a text, or in Net-SNMP's opaque float", () => {
    expect(read({}, ObjectType.OctetString, Buffer.from("23.5"))).toBe(23.5)
    expect(read({ regex: "(\\d+) W" }, ObjectType.OctetString, Buffer.from("load 230 W"))).toBe(230)
    expect(read({ map: { "1": 1, "2": 0 } }, ObjectType.Integer, 2)).toBe(0)
    expect(read({ map: { on: 1 }, multiplier: 5 }, ObjectType.OctetString, Buffer.from("on"))).toBe(5)
    expect(read({}, ObjectType.Opaque, Buffer.from([0x9f, 0x78, 4, 0x3f, 0, 0, 0]))).toBe(0.5)
    expect(read({}, ObjectType.Opaque, Buffer.from([0x9f, 0x79, 8, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0]))).toBe(0.5)
  })

  test("is missing where there is none", () => {
    expect(() => read({}, ObjectType.NoSuchInstance, null)).toThrow("no such object (NoSuchInstance)")
    expect(() => read({}, ObjectType.Null, null)).toThrow("has no value")
    expect(() => read({}, ObjectType.OctetString, Buffer.from("on"))).toThrow("is no number")
    expect(() => read({}, ObjectType.IpAddress, "10.0.0.1")).toThrow("is no number")
    expect(() => read({}, ObjectType.Opaque, Buffer.from([0x9f, 0x78, 4, 0x3f]))).toThrow("no number")
  })
})

test("a counter is a rate: one of 32 bits runs over, one of 64 is set back", () => {
  const short = valueWith({ rate: true, multiplier: 8 })
  const next = (value: ObjectValue, type: number, count: unknown, seconds: number) =>
    value.read({ oid: "1.3", type, value: count } as never, at(seconds))
  expect(next(short, ObjectType.Counter, 2 ** 32 - 5, 0)).toBeUndefined()
  expect(next(short, ObjectType.Counter, 5, 10)).toBe(8)
  short.reset()
  expect(next(short, ObjectType.Counter, 3, 20)).toBeUndefined()
  expect(next(short, ObjectType.Counter, 13, 30)).toBe(8)

  const long = valueWith({ rate: true })
  const count = (n: bigint) => Buffer.from(n.toString(16).padStart(16, "0"), "hex")
  expect(next(long, ObjectType.Counter64, count(2n ** 60n), 0)).toBeUndefined()
  expect(next(long, ObjectType.Counter64, count(2n ** 60n + 30n), 10)).toBe(3)
  expect(next(long, ObjectType.Counter64, count(7n), 20)).toBeUndefined()
})

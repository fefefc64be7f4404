import fc from "fast-check"
import { expect, test } from "vitest"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"

const whole = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.maxSafeNat())

test("whole numbers come back, in as few bytes as seven bits a byte allow", () => {
  const property = fc.property(whole, fc.boolean(), (amount, negative) => {
    const number = negative ? -amount : amount
    const out = new ByteWriter()
    out.varint(amount)
    expect(out.position).toBe(Math.max(1, Math.ceil(amount.toString(2).length / 7)))
    out.signed(number)
    const from = new ByteReader(out.finish())
    expect(from.varint()).toBe(amount)
    expect(from.signed()).toBe(number === 0 ? 0 : number)
    from.end()
  })
  fc.assert(property, { numRuns: 2000 })
})

test("a number of 2^53 or more is refused", () => {
  const from = (hex: string) => new ByteReader(Buffer.from(hex, "hex"))
  expect(() => from("ffffffffffffff0f").varint()).not.toThrow()
  expect(() => from("ffffffffffffff1f").varint()).toThrow("too long")
  expect(() => from("ffffffffffffffff01").varint()).toThrow("too long")
  expect(from("fdffffffffffff1f").signed()).toBe(-Number.MAX_SAFE_INTEGER)
  expect(() => from("feffffffffffff1f").signed()).not.toThrow()
  expect(() => from("ffffffffffffff3f").signed()).toThrow("too long")
})

test("reading past the end is refused", () => {
  const from = new ByteReader(Uint8Array.of(0x80, 0x80))
  expect(() => from.varint()).toThrow(expect.objectContaining({ code: "block-truncated" }))
  expect(() => new ByteReader(new Uint8Array(7)).float64()).toThrow(
    expect.objectContaining({ code: "block-truncated" }),
  )
})

import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bitAt, type Order, ValueFormat, type ValueSettings, type ValueType } from "./value-format.js"

/** Writes a value as a device would, by DataView and register by register. */
function registers(write: (view: DataView) => void, words: number, wordOrder: Order, byteOrder: Order): Buffer {
  const view = new DataView(new ArrayBuffer(2 * words))
  write(view)
  const values = Array.from({ length: words }, (_, i) => view.getUint16(2 * i, false))
  if (wordOrder === "little") values.reverse()
  const out = new DataView(new ArrayBuffer(2 * words))
  values.forEach((value, i) => {
    out.setUint16(2 * i, value, byteOrder === "little")
  })
  return Buffer.from(out.buffer)
}

const order = fc.constantFrom<Order>("big", "little")
const cases: Record<
  Exclude<ValueType, "string" | "bool">,
  { words: number; value: fc.Arbitrary<number | bigint>; set: string }
> = {
  int16: { words: 1, value: fc.integer({ min: -32_768, max: 32_767 }), set: "setInt16" },
  uint16: { words: 1, value: fc.integer({ min: 0, max: 65_535 }), set: "setUint16" },
  int32: { words: 2, value: fc.integer(), set: "setInt32" },
  uint32: { words: 2, value: fc.integer({ min: 0, max: 2 ** 32 - 1 }), set: "setUint32" },
  int64: { words: 4, value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), set: "setBigInt64" },
  uint64: { words: 4, value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), set: "setBigUint64" },
  float32: { words: 2, value: fc.float(), set: "setFloat32" },
  float64: { words: 4, value: fc.double(), set: "setFloat64" },
}

const plain = { wordOrder: "big", byteOrder: "big" } as const
const read = (settings: Partial<ValueSettings> & { type: ValueType }, hex: string) =>
  new ValueFormat({ ...plain, ...settings }).read(Buffer.from(hex, "hex"), 0)

describe.each(Object.entries(cases))("%s", (type, { words, value, set }) => {
  test("is what DataView reads, in every order and at every place", () => {
    fc.assert(
      fc.property(value, order, order, fc.nat(6), (number, wordOrder, byteOrder, before) => {
        const write = (view: DataView) =>
          (view as never as Record<string, (at: number, value: unknown) => void>)[set]?.(0, number)
        const data = Buffer.concat([
          Buffer.alloc(2 * before, 0xa5),
          registers(write, words, wordOrder, byteOrder),
          Buffer.alloc(4, 0x5a),
        ])
        const untouched = Buffer.from(data)
        const format = new ValueFormat({ type: type as ValueType, wordOrder, byteOrder })
        expect(format.read(data, 2 * before)).toBe(Number(number) + 0)
        expect(data).toEqual(untouched)
      }),
    )
  })
})

test("the four orders, by the letters that manuals use", () => {
  const letters = { type: "uint32" as const }
  expect(read({ ...letters }, "0a0b0c0d")).toBe(0x0a0b0c0d)
  expect(read({ ...letters, wordOrder: "little" }, "0c0d0a0b")).toBe(0x0a0b0c0d)
  expect(read({ ...letters, byteOrder: "little" }, "0b0a0d0c")).toBe(0x0a0b0c0d)
  expect(read({ ...letters, wordOrder: "little", byteOrder: "little" }, "0d0c0b0a")).toBe(0x0a0b0c0d)
})

test("single bits and fields of bits, also the highest", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(63), (number, bit) => {
      const hex = number.toString(16).padStart(16, "0")
      expect(read({ type: "int64", bit }, hex)).toBe(Number((number >> BigInt(bit)) & 1n))
    }),
  )
  expect(read({ type: "uint16", mask: 0x0ff0n, shift: 4 }, "abcd")).toBe(0xbc)
  expect(read({ type: "int16", mask: 0xf000n, shift: 12, scale: 2, offset: 1 }, "8000")).toBe(17)
  expect(read({ type: "bool" }, "0100")).toBe(1)
  expect(read({ type: "bool" }, "0000")).toBe(0)
  expect(read({ type: "bool", bit: 8 }, "0100")).toBe(1)
})

test("scale, offset and map", () => {
  expect(read({ type: "int16", scale: 0.5, offset: -10 }, "fffe")).toBe(-11)
  expect(read({ type: "uint16", map: { 3: 1, 4: 0 } }, "0003")).toBe(1)
  expect(() => read({ type: "uint16", map: { 3: 1 } }, "0005")).toThrow("map has no number for 5")
})

test("texts end at NUL, and stand for the numbers that map says or that they are", () => {
  const text = (words: string) => Buffer.from(words, "latin1").toString("hex")
  expect(read({ type: "string", size: 6, map: { on: 1, off: 0 } }, text("on\0off"))).toBe(1)
  expect(read({ type: "string", size: 6, byteOrder: "little", map: { on: 1 } }, text("no\0\0\0\0"))).toBe(1)
  expect(read({ type: "string", size: 6, scale: 2 }, text(" 12.5 "))).toBe(25)
  expect(() => read({ type: "string", size: 4 }, text("idle"))).toThrow('"idle" is no number')
})

test("coils come eight a byte, the first lowest", () => {
  const data = Buffer.from([0xcd, 0x6b, 0x05])
  expect(Array.from({ length: 19 }, (_, i) => bitAt(data, i)).join("")).toBe("1011001111010110101")
})

import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ByteReader } from "./byte-reader.js"
import { ByteWriter } from "./byte-writer.js"
import { type Field, type FieldType, type Table, tableOf } from "./table.js"
import { readTable, skipTable, writeTable } from "./table-codec.js"

function encode(table: Table): Buffer {
  const writer = new ByteWriter(16)
  writeTable(writer, table)
  return writer.bytes()
}

function decode(bytes: Buffer): Table {
  return readTable(new ByteReader(bytes, 0, bytes.length))
}

const field = (type: FieldType, value: fc.Arbitrary<Field["value"]>) =>
  value.map((each): Field => ({ type, value: each }))
const leaf = fc.oneof(
  field("t", fc.boolean()),
  field("b", fc.integer({ min: -128, max: 127 })),
  field("B", fc.nat(255)),
  field("s", fc.integer({ min: -32768, max: 32767 })),
  field("u", fc.nat(65535)),
  field("I", fc.integer()),
  field("i", fc.nat(2 ** 32 - 1)),
  field("l", fc.maxSafeInteger()),
  field("l", fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n })),
  field("f", fc.float({ noNaN: true })),
  field("d", fc.double({ noNaN: true })),
  field("D", fc.uint8Array({ minLength: 5, maxLength: 5 })),
  field("S", fc.string({ unit: "grapheme" })),
  field("x", fc.uint8Array()),
  field("T", fc.nat()),
  field("V", fc.constant(null)),
)
const { table: anyTable } = fc.letrec<{ table: Table; field: Field }>((tie) => ({
  field: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    tie("table").map((value): Field => ({ type: "F", value })),
    fc.array(tie("field"), { maxLength: 4 }).map((value): Field => ({ type: "A", value })),
  ),
  table: fc
    .array(fc.tuple(fc.string({ maxLength: 20 }), tie("field")), { maxLength: 6 })
    .map((entries): Table => new Map(entries)),
}))

describe("field tables", () => {
  test("come back as they were, with their types", () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        expect(decode(encode(table))).toEqual(table)
      }),
      { numRuns: 500 },
    )
  })

  test("are skipped to where they end, whatever is in them", () => {
    fc.assert(
      fc.property(anyTable, fc.uint8Array({ maxLength: 8 }), (table, behind) => {
        const bytes = encode(table)
        const reader = new ByteReader(Buffer.concat([bytes, behind]), 0, bytes.length + behind.length)
        skipTable(reader)
        expect(reader.at).toBe(bytes.length)
      }),
    )
  })

  test("skipping refuses exactly what reading refuses", () => {
    const verdict = (run: () => unknown) => {
      try {
        run()
        return "ok"
      } catch (error) {
        return (error as Error).name
      }
    }
    fc.assert(
      fc.property(anyTable, fc.nat(), fc.nat(255), (table, at, value) => {
        const bytes = Buffer.from(encode(table))
        bytes[at % bytes.length] = value
        const reading = verdict(() => decode(bytes))
        expect(verdict(() => skipTable(new ByteReader(bytes, 0, bytes.length)))).toBe(reading)
        expect(["ok", "ConnectionError"]).toContain(reading)
      }),
      { numRuns: 2000 },
    )
  })

  test("end early, with an unknown type, or too deep: SYNTAX_ERROR", () => {
    const bytes = encode(tableOf({ a: "text", b: 5 }))
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(bytes.subarray(0, length))).toThrow(/SYNTAX_ERROR/)
    }
    expect(() => decode(Buffer.from([0, 0, 0, 3, 1, 0x61, 0x5a]))).toThrow(/unknown field type 90/)
    let deep: Table = new Map()
    for (let level = 0; level < 100; level++) deep = tableOf({ inner: deep })
    expect(() => decode(encode(deep))).toThrow(/nested too deeply/)
    expect(() => skipTable(new ByteReader(encode(deep), 0, encode(deep).length))).toThrow(/nested too deeply/)
  })
})

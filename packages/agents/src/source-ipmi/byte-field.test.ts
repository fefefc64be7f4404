import { expect, test } from "vitest"
import { parseByteField, readByteField } from "./byte-field.js"

const answer = Uint8Array.from([0x01, 0x00, 0xff, 0xfe, 0x02, 0x80])

test.each([
  ["u8@0", 1],
  ["u8@2", 255],
  ["i8@2", -1],
  ["u16le@0", 1],
  ["u16be@0", 256],
  ["i16be@2", -2],
  ["i16le@4", -32_766],
  ["u32le@2", 0x8002feff],
  ["i32be@1", 0x00fffe02],
  ["u8@6", Number.NaN],
  ["u16le@5", Number.NaN],
  ["u32le@3", Number.NaN],
])("%s is %d", (text, value) => {
  const field = parseByteField(text)
  expect(field && readByteField(field, answer)).toBe(value)
})

test.each(["", "u16@0", "u8", "u24le@0", "f32le@0", "u8@-1", "u8@1000", " u8@0"])("%j is no field", (text) => {
  expect(parseByteField(text)).toBeUndefined()
})

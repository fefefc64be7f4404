import { expect, test } from "vitest"
import { guessValues } from "./guess.js"

function registersOf(...parts: [number, string][]): Map<number, number> {
  const found = new Map<number, number>()
  for (const [address, hex] of parts) {
    const bytes = Buffer.from(hex, "hex")
    for (let i = 0; i < bytes.length; i += 2) found.set(address + i / 2, bytes.readUInt16BE(i))
  }
  return found
}
const hexOf = (text: string) => Buffer.from(text, "latin1").toString("hex")

test("floats, integers and texts are told apart, and gaps end them", () => {
  const found = registersOf(
    [10, "43668000"],
    [12, "00000000"],
    [14, "00e60032"],
    [20, hexOf("PX3-5478\0\0")],
    [40, "4366"],
  )
  expect(guessValues(found).map(({ type, address, count }) => [type, address, count])).toEqual([
    ["float32", 10, 2],
    ["float32", 12, 2],
    ["uint16", 14, 1],
    ["uint16", 15, 1],
    ["string", 20, 4],
    ["uint16", 24, 1],
    ["uint16", 40, 1],
  ])
})

test("a text may end in the middle of a register", () => {
  expect(guessValues(registersOf([0, hexOf("METER-7\0")]))).toEqual([{ type: "string", address: 0, count: 4 }])
})

test("zeros alone are integers", () => {
  expect(guessValues(registersOf([0, "00000000"])).map(({ type }) => type)).toEqual(["uint16", "uint16"])
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { registerFunctions } from "./functions.js"
import { decodeReadAnswer, encodeReadRequest } from "./read-request.js"

test("a request has its function code, address and count", () => {
  expect(encodeReadRequest({ kind: "holding", address: 0x6b, count: 3 }).toString("hex")).toBe("03006b0003")
  expect(encodeReadRequest({ kind: "discrete", address: 0xc4, count: 22 }).toString("hex")).toBe("0200c40016")
})

test("the examples of the standard", () => {
  const registers = decodeReadAnswer(
    { kind: "holding", address: 107, count: 3 },
    Buffer.from("0306022b00000064", "hex"),
  )
  expect(registers.toString("hex")).toBe("022b00000064")
  const coils = decodeReadAnswer({ kind: "coil", address: 19, count: 19 }, Buffer.from("0103cd6b05", "hex"))
  expect(coils.toString("hex")).toBe("cd6b05")
})

test("exceptions are told by name", () => {
  const request = { kind: "input", address: 0, count: 1 } as const
  const answer = (pdu: number[]) => () => decodeReadAnswer(request, Buffer.from(pdu))
  expect(answer([0x84, 2])).toThrow("answered with exception 2 (illegal address)")
  expect(answer([0x84, 6])).toThrow(expect.objectContaining({ isBusy: true }))
  expect(answer([0x84, 11])).toThrow(expect.objectContaining({ isAboutUnit: true }))
  expect(answer([0x84, 200])).toThrow("exception 200 (unknown)")
})

test("no other bytes are taken for an answer", () => {
  const request = {
    kind: fc.constantFrom(...registerFunctions),
    address: fc.constant(0),
    count: fc.integer({ min: 1, max: 20 }),
  }
  fc.assert(
    fc.property(fc.record(request), fc.uint8Array({ maxLength: 60 }), (read, bytes) => {
      const pdu = Buffer.from(bytes)
      try {
        const data = decodeReadAnswer(read, pdu)
        expect(pdu.length).toBe(data.length + 2)
        expect(data.length).toBe(
          read.kind === "holding" || read.kind === "input" ? 2 * read.count : Math.ceil(read.count / 8),
        )
      } catch (error) {
        expect((error as { code: string }).code).toMatch(/^(garbage|modbus-exception)$/)
      }
    }),
  )
})

import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type ArgumentType, type MethodName, type MethodSpec, type Methods, methodSpecs } from "../spec/methods.js"
import { FRAME_HEAD } from "./frame-reader.js"
import { decodeArguments, encodeMethodFrame, methodId, methodSpec } from "./method-codec.js"
import { tableOf } from "./table.js"

const values: Record<ArgumentType, fc.Arbitrary<unknown>> = {
  bit: fc.boolean(),
  octet: fc.nat(255),
  short: fc.nat(65535),
  long: fc.nat(2 ** 32 - 1),
  longlong: fc.maxSafeNat(),
  timestamp: fc.maxSafeNat(),
  shortstr: fc.string({ maxLength: 60 }),
  longstr: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  table: fc.string().map((text) => tableOf({ text, nested: tableOf({ number: 7 }) })),
}

function argumentsOf(spec: MethodSpec): fc.Arbitrary<Methods[MethodName]> {
  const named = spec.args.filter(([name]) => name !== "").map(([name, type]) => [name, values[type]] as const)
  return fc.record(Object.fromEntries(named)) as unknown as fc.Arbitrary<Methods[MethodName]>
}

describe("methods", () => {
  test.each(methodSpecs)("$name comes back as it was", (spec) => {
    fc.assert(
      fc.property(argumentsOf(spec), fc.nat(65535), (args, channel) => {
        const bytes = encodeMethodFrame(channel, spec.name, args)
        expect(bytes[0]).toBe(1)
        expect(bytes.readUInt16BE(1)).toBe(channel)
        expect(bytes.readUInt32BE(3)).toBe(bytes.length - 8)
        expect(bytes[bytes.length - 1]).toBe(206)
        expect(methodSpec(bytes.readUInt32BE(FRAME_HEAD))).toBe(spec)
        expect(decodeArguments(spec, bytes, FRAME_HEAD + 4, bytes.length - 1)).toEqual(args)
      }),
      { numRuns: 50 },
    )
  })

  test("have the bytes of the specification", () => {
    const frame = encodeMethodFrame(1, "queue.declare", {
      queue: "q",
      passive: false,
      durable: true,
      exclusive: false,
      autoDelete: true,
      noWait: false,
      arguments: tableOf({ "x-expires": 600_000 }),
    })
    const declare = "0032000a 0000 01 71 0a 00000010 09 782d65787069726573 49 000927c0"
    const payload = Buffer.from(declare.replaceAll(" ", ""), "hex")
    payload.writeUInt32BE(payload.length - 13, 9)
    expect(frame.subarray(FRAME_HEAD, -1).toString("hex")).toBe(payload.toString("hex"))
    expect(methodId("basic.publish")).toBe((60 << 16) | 40)
  })

  test("with missing or left-over bytes are a SYNTAX_ERROR, unknown ones NOT_IMPLEMENTED", () => {
    const bytes = encodeMethodFrame(1, "basic.nack", { deliveryTag: 5, multiple: true, requeue: false })
    const spec = methodSpec(methodId("basic.nack"))
    for (let end = 11; end < bytes.length - 1; end++) {
      expect(() => decodeArguments(spec, bytes, 11, end)).toThrow(/SYNTAX_ERROR/)
    }
    expect(() => decodeArguments(spec, bytes, 11, bytes.length)).toThrow(/1 bytes too many in basic.nack/)
    expect(() => methodSpec((60 << 16) | 99)).toThrow(/NOT_IMPLEMENTED - unknown method 60,99/)
  })
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { encodeFrame, FrameReader } from "./frame.js"
import { ConnectionLost } from "./modbus-error.js"

const frame = fc.record({
  transaction: fc.integer({ min: 0, max: 65_535 }),
  unit: fc.integer({ min: 0, max: 255 }),
  pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }).map((bytes) => Buffer.from(bytes)),
})

test("frames come out as they went in, wherever the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.array(fc.nat(300)), (frames, cuts) => {
      const stream = Buffer.concat(frames.map(encodeFrame))
      const reader = new FrameReader()
      const found = []
      let at = 0
      for (const length of [...cuts, stream.length]) {
        found.push(...reader.push(stream.subarray(at, at + length)))
        at += length
      }
      expect(found).toEqual(frames)
    }),
  )
})

test("one frame cut at every byte", () => {
  const bytes = encodeFrame({ transaction: 258, unit: 7, pdu: Buffer.from([4, 2, 1, 2]) })
  expect(bytes.toString("hex")).toBe("010200000005070402" + "0102")
  for (let i = 1; i < bytes.length; i += 1) {
    const reader = new FrameReader()
    expect(reader.push(bytes.subarray(0, i))).toEqual([])
    expect(reader.push(bytes.subarray(i))).toMatchObject([{ transaction: 258, unit: 7 }])
  }
})

test("what is no Modbus TCP is found out from the first bytes", () => {
  for (const text of ["HTTP/1.1 400 Bad Request", "\0\0\0\0\0\0", "\0\0\0\0\0\x01", "\0\0\0\0\x01\x00"])
    expect(() => new FrameReader().push(Buffer.from(text, "latin1"))).toThrow(ConnectionLost)
})

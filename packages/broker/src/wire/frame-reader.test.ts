import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ConnectionError } from "../errors.js"
import { FRAME_OVERHEAD, FrameReader, type FrameSink } from "./frame-reader.js"

const PREAMBLE = Buffer.from("AMQP\0\0\x09\x01", "latin1")

/** Writes down everything that a reader finds. */
class Record implements FrameSink {
  readonly found: string[] = []
  onPreamble(bytes: Buffer): void {
    this.found.push(`preamble ${bytes.toString("hex")}`)
  }
  onFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    this.found.push(`${type} ${channel} ${buffer.toString("hex", start, end)}`)
  }
}

function frame(type: number, channel: number, payload: Buffer): Buffer {
  const bytes = Buffer.alloc(payload.length + FRAME_OVERHEAD)
  bytes[0] = type
  bytes.writeUInt16BE(channel, 1)
  bytes.writeUInt32BE(payload.length, 3)
  payload.copy(bytes, 7)
  bytes[bytes.length - 1] = 206
  return bytes
}

function read(chunks: Iterable<Buffer>, frameMax = 4096): string[] {
  const record = new Record()
  const reader = new FrameReader(record, frameMax)
  for (const chunk of chunks) reader.push(chunk)
  return record.found
}

const stream = Buffer.concat([
  PREAMBLE,
  frame(1, 0, Buffer.from("a method")),
  frame(8, 0, Buffer.alloc(0)),
  frame(2, 700, Buffer.alloc(40, 7)),
  frame(3, 65535, Buffer.from("x")),
])
const whole = read([stream])

describe("frame reader", () => {
  test("finds the preamble and every frame with type, channel and payload", () => {
    expect(whole).toEqual([
      `preamble ${PREAMBLE.toString("hex")}`,
      `1 0 ${Buffer.from("a method").toString("hex")}`,
      "8 0 ",
      `2 700 ${"07".repeat(40)}`,
      "3 65535 78",
    ])
  })

  test("finds the same at every split point, and byte by byte", () => {
    for (let first = 0; first <= stream.length; first++) {
      expect(read([stream.subarray(0, first), stream.subarray(first)])).toEqual(whole)
      for (let second = first; second <= stream.length; second += 5) {
        const chunks = [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)]
        expect(read(chunks)).toEqual(whole)
      }
    }
    expect(read([...stream].map((byte) => Buffer.from([byte])))).toEqual(whole)
  })

  test("finds the same in any chunks of any frames", () => {
    const anyFrame = fc.tuple(fc.nat(255), fc.nat(65535), fc.uint8Array({ maxLength: 300 }))
    fc.assert(
      fc.property(fc.array(anyFrame), fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }), (frames, sizes) => {
        const parts = frames.map(([type, channel, payload]) => frame(type, channel, Buffer.from(payload)))
        const bytes = Buffer.concat([PREAMBLE, ...parts])
        const chunks: Buffer[] = []
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] as number
          chunks.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(read(chunks)).toEqual(read([bytes]))
        expect(read(chunks)).toHaveLength(frames.length + 1)
      }),
    )
  })

  test("takes a frame of exactly the limit and refuses one byte more before it takes memory for it", () => {
    const limit = 4096
    expect(read([PREAMBLE, frame(3, 1, Buffer.alloc(limit - FRAME_OVERHEAD))], limit)).toHaveLength(2)
    const head = frame(3, 1, Buffer.alloc(limit - FRAME_OVERHEAD + 1)).subarray(0, 7)
    expect(() => read([PREAMBLE, head], limit)).toThrow(/FRAME_ERROR.*larger than the limit of 4096/)
    const huge = Buffer.from([3, 0, 1, 0xff, 0xff, 0xff, 0xff])
    expect(() => read([PREAMBLE, huge.subarray(0, 3), huge.subarray(3)], limit)).toThrow(ConnectionError)
  })

  test("refuses a frame without its end mark", () => {
    const bytes = frame(1, 0, Buffer.from("abc"))
    bytes[bytes.length - 1] = 0
    expect(() => read([PREAMBLE, bytes])).toThrow(/FRAME_ERROR.*end mark is 0, not 206/)
    expect(() => read([PREAMBLE, bytes.subarray(0, 5), bytes.subarray(5)])).toThrow(/end mark/)
  })

  test("follows a limit that changes between two frames", () => {
    const record = new Record()
    const reader = new FrameReader(record, 100)
    reader.push(PREAMBLE)
    reader.frameMax = 5000
    reader.push(frame(3, 1, Buffer.alloc(4500)))
    expect(record.found).toHaveLength(2)
  })
})

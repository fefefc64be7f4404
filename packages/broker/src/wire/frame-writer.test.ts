import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Content } from "./content.js"
import { FrameReader } from "./frame-reader.js"
import { FrameWriter } from "./frame-writer.js"
import { decodeArguments, methodSpec } from "./method-codec.js"

const PREAMBLE = Buffer.alloc(8)

interface Frame {
  type: number
  channel: number
  payload: Buffer
}

function framesOf(pieces: Buffer[]): Frame[] {
  const frames: Frame[] = []
  const reader = new FrameReader(
    {
      onPreamble() {},
      onFrame: (type, channel, buffer, start, end) => {
        frames.push({ type, channel, payload: Buffer.from(buffer.subarray(start, end)) })
      },
    },
    2 ** 31,
  )
  reader.push(Buffer.concat([PREAMBLE, ...pieces]))
  return frames
}

function content(exchange: string, routingKey: string, properties: Buffer, body: Buffer): Content {
  const routing = Buffer.concat([shortstr(exchange), shortstr(routingKey)])
  const before = Buffer.from("before")
  const buffer = Buffer.concat([before, routing, properties, body, Buffer.from("behind")])
  const propertiesStart = before.length + routing.length
  const bodyStart = propertiesStart + properties.length
  return { buffer, routingStart: before.length, propertiesStart, bodyStart, end: bodyStart + body.length }
}

function shortstr(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}

function methodOf(frame: Frame | undefined): { name: string; args: unknown } {
  const payload = frame?.payload ?? Buffer.alloc(4)
  const spec = methodSpec(payload.readUInt32BE(0))
  return { name: spec.name, args: decodeArguments(spec, payload, 4, payload.length) }
}

const flags = Buffer.from([0x10, 0, 2])

describe("frame writer", () => {
  test("writes a delivery as the peer reads it, split at the frame size it agreed to", () => {
    const sizes = fc.oneof(fc.nat(300), fc.nat(40_000))
    fc.assert(
      fc.property(
        sizes,
        fc.constantFrom(4096, 9000, 131_072),
        fc.maxSafeNat(),
        fc.boolean(),
        (size, max, tag, again) => {
          const writer = new FrameWriter()
          writer.frameMax = max
          const body = Buffer.alloc(size, size)
          writer.delivery(9, shortstr("me"), tag, again, content("ex", "a.b", flags, body))
          const [deliver, header, ...bodies] = framesOf(writer.take())
          const args = { consumerTag: "me", deliveryTag: tag, redelivered: again, exchange: "ex", routingKey: "a.b" }
          expect(methodOf(deliver)).toEqual({ name: "basic.deliver", args })
          expect(header?.payload.readUInt16BE(0)).toBe(60)
          expect(header?.payload.readUInt32BE(8)).toBe(size)
          expect(header?.payload.subarray(12)).toEqual(flags)
          expect(Buffer.concat(bodies.map(({ payload }) => payload)).equals(body)).toBe(true)
          expect(bodies).toHaveLength(Math.ceil(size / (max - 8)))
          expect(bodies.every(({ payload, channel }) => channel === 9 && payload.length <= max - 8)).toBe(true)
        },
      ),
    )
  })

  test("writes answers to get, returns, confirms and heartbeats", () => {
    const writer = new FrameWriter()
    const message = content("", "q", flags, Buffer.from("body"))
    writer.getOk(1, 2 ** 40, false, message, 7)
    writer.returned(2, 312, "NO_ROUTE", message)
    writer.ack(3, 2 ** 33 + 1, true)
    writer.nack(4, 5, false)
    writer.heartbeat()
    const frames = framesOf(writer.take())
    const route = { exchange: "", routingKey: "q" }
    expect(methodOf(frames[0]).args).toEqual({ deliveryTag: 2 ** 40, redelivered: false, ...route, messageCount: 7 })
    expect(frames[2]?.payload.toString()).toBe("body")
    expect(methodOf(frames[3])).toEqual({
      name: "basic.return",
      args: { replyCode: 312, replyText: "NO_ROUTE", ...route },
    })
    expect(methodOf(frames[6])).toEqual({ name: "basic.ack", args: { deliveryTag: 2 ** 33 + 1, multiple: true } })
    expect(methodOf(frames[7]).args).toEqual({ deliveryTag: 5, multiple: false, requeue: false })
    expect(frames[8]).toEqual({ type: 8, channel: 0, payload: Buffer.alloc(0) })
    expect(frames.map(({ channel }) => channel)).toEqual([1, 1, 1, 2, 2, 2, 3, 4, 0])
  })

  test("counts what is pending, hands it over once, and leaves what it handed over alone", () => {
    const writer = new FrameWriter()
    writer.heartbeat()
    expect(writer.pendingBytes).toBe(8)
    const first = writer.take()
    expect(writer.pendingBytes).toBe(0)
    expect(writer.take()).toEqual([])
    const copy = Buffer.concat(first)
    writer.frameMax = 131_072
    for (let index = 0; index < 500; index++) {
      writer.delivery(
        1,
        shortstr("t"),
        index,
        false,
        content("e", "k", flags, Buffer.alloc((index * 97) % 30_000, index)),
      )
    }
    const pending = writer.pendingBytes
    const second = writer.take()
    expect(Buffer.concat(first)).toEqual(copy)
    expect(second.reduce((sum, piece) => sum + piece.length, 0)).toBe(pending)
    const bodies = framesOf(second).filter(({ type }) => type === 3)
    expect(bodies).toHaveLength(499)
    expect(bodies.every(({ payload }) => payload.every((byte) => byte === payload[0]))).toBe(true)
  })

  test("hands large bodies on without copying them", () => {
    const writer = new FrameWriter()
    writer.frameMax = 131_072
    const message = content("e", "k", flags, Buffer.alloc(100_000, 1))
    writer.delivery(1, shortstr("t"), 1, false, message)
    const shared = writer.take().filter((piece) => piece.buffer === message.buffer.buffer)
    expect(shared.map(({ length }) => length)).toEqual([100_000])
  })
})

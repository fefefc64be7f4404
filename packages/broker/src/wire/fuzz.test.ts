import { expect, test } from "vitest"
import { ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"
import { methodSpecs } from "../spec/methods.js"
import { FrameReader, type FrameSink } from "./frame-reader.js"
import { decodeArguments, encodeMethodFrame, methodSpec } from "./method-codec.js"
import { checkProperties, HEADER_PREFIX } from "./properties.js"
import { tableOf } from "./table.js"

const FRAME_MAX = 4096
const ROUNDS = 200_000

/** Decodes everything that a broker would decode of a frame. */
class Decoder implements FrameSink {
  frames = 0
  largest = 0
  readonly #peeked = { expiration: undefined, userId: undefined }

  onPreamble(): void {}

  onFrame(type: number, _channel: number, buffer: Buffer, start: number, end: number): void {
    this.frames++
    this.largest = Math.max(this.largest, end - start)
    if (type === constants.frameMethod && end - start >= 4) {
      decodeArguments(methodSpec(buffer.readUInt32BE(start)), buffer, start + 4, end)
    } else if (type === constants.frameHeader && end - start >= HEADER_PREFIX) {
      checkProperties(buffer, start + HEADER_PREFIX, end, this.#peeked)
    }
  }
}

/** Small, fast and repeatable: the test fails with the same input again. */
function generator(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function seeds(): Buffer[] {
  const table = tableOf({ "x-expires": 5, nested: tableOf({ text: "abc", flag: true }) })
  const methods = methodSpecs.map((spec) => {
    const args = spec.args.map(([name, type]) => [
      name,
      type === "table" ? table : type === "shortstr" ? "some name" : undefined,
    ])
    return encodeMethodFrame(1, spec.name, Object.fromEntries(args))
  })
  const properties = "f8f0 0474657874 00 0000000c 0161 5300000005 68656c6c6f 02 00 0163 0172 013130 0000000000000007"
  const header = Buffer.from(`02 0001 00000000 003c0000 0000000000000005 ${properties} ce`.replaceAll(" ", ""), "hex")
  header.writeUInt32BE(header.length - 8, 3)
  const body = Buffer.concat([Buffer.from([3, 0, 1, 0, 0, 0, 5]), Buffer.from("hello"), Buffer.from([206])])
  return [...methods, header, body]
}

/** Changes, inserts or removes a few bytes, keeps the size field and the end mark right in half of the cases. */
function mutate(frame: Buffer, random: (below: number) => number): Buffer {
  let bytes: Buffer = Buffer.from(frame)
  for (let changes = 1 + random(3); changes > 0; changes--) {
    const at = random(bytes.length)
    const kind = random(4)
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at)])
    else if (kind === 1 && bytes.length > 9) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
    else bytes[at] = kind === 2 ? random(256) : (bytes[at] as number) ^ (1 << random(8))
  }
  if (random(2) === 0) {
    bytes.writeUInt32BE(bytes.length - 8, 3)
    bytes[bytes.length - 1] = constants.frameEnd
  }
  return bytes
}

test("a million mutated frames: each is decoded or refused, and none makes the reader hold more than a frame", () => {
  const random = generator(20261123)
  const originals = seeds()
  let refused = 0
  let frames = 0
  let largest = 0
  const started = process.memoryUsage().arrayBuffers
  for (let round = 0; round < ROUNDS; round++) {
    const decoder = new Decoder()
    const reader = new FrameReader(decoder, FRAME_MAX)
    const parts: Buffer[] = [Buffer.alloc(8)]
    for (let part = 0; part < 5; part++) parts.push(mutate(originals[random(originals.length)] as Buffer, random))
    const stream = Buffer.concat(parts)
    const cut = random(stream.length)
    try {
      reader.push(stream.subarray(0, cut))
      reader.push(stream.subarray(cut))
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error
      refused++
    }
    frames += decoder.frames
    largest = Math.max(largest, decoder.largest)
  }
  expect(largest).toBeLessThanOrEqual(FRAME_MAX)
  expect(refused).toBeGreaterThan(ROUNDS / 4)
  expect(frames).toBeGreaterThan(ROUNDS / 4)
  expect(process.memoryUsage().arrayBuffers - started).toBeLessThan(64 * 2 ** 20)
}, 120_000)

test("a hundred thousand streams of random bytes: each is refused or waits for more", () => {
  const random = generator(7)
  for (let round = 0; round < 100_000; round++) {
    const bytes = Buffer.alloc(8 + random(200))
    for (let at = 0; at < bytes.length; at++) bytes[at] = random(4) === 0 ? random(256) : random(4)
    const reader = new FrameReader(new Decoder(), FRAME_MAX)
    try {
      reader.push(bytes)
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error
    }
  }
}, 60_000)

import { ColumnBuffer, type Columns, decodeDataChunk, decodeDataChunkInto, encodeDataChunk } from "@metricq/protocol"
import protobuf from "protobufjs"
import { isMain, measure, printTable, type Work } from "./measure.js"
import { referencePoints } from "./reference-data.js"

/**
 * Nanoseconds per point to encode and decode data chunks, beside protobufjs in the same run.
 *
 * Ours goes from and to columns of absolute times. protobufjs, which must be told to keep all 64 bits (Long), is handed the steps between the
 * times ready-made and gives them back like that; making times of them would come on top.
 */

const SIZES = [1, 10, 100, 1000]
const MESSAGES = 64

const schema = `syntax = "proto3";
message DataChunk { repeated int64 time_delta = 1; repeated double value = 2; }`

export async function run(): Promise<void> {
  const chunkType = protobuf.parse(schema, { keepCase: true }).root.lookupType("DataChunk")
  const rows: string[][] = []
  for (const size of SIZES) {
    const chunks = Array.from({ length: MESSAGES }, (_, index) => referencePoints(1, index * size, size, "jittered"))
    const bodies = chunks.map(({ times, values }) => Buffer.from(encodeDataChunk(times, values)))
    const objects = bodies.map((body) => chunkType.decode(body))
    checkEqual(bodies, objects, chunkType)
    rows.push(...rowsFor(size, measure(works(chunks, bodies, objects, chunkType))))
  }
  console.log(
    `ns per point, ${MESSAGES} different messages in turn, fastest quarter of interleaved batches, Node ${process.version}\n`,
  )
  printTable(["points", "what", "ns/point", "ns/message", "protobufjs", "ratio"], rows)
}

interface Result {
  encode: number
  encodeBuffer: number
  decode: number
  decodeInto: number
  peerEncode: number
  peerDecode: number
}

function rowsFor(size: number, ns: Result): string[][] {
  const row = (what: string, own: number, peer: number) => [
    String(size),
    what,
    (own / size).toFixed(1),
    own.toFixed(0),
    (peer / size).toFixed(1),
    `${(peer / own).toFixed(1)}x`,
  ]
  return [
    row("encode", ns.encode, ns.peerEncode),
    row("encode to Buffer", ns.encodeBuffer, ns.peerEncode),
    row("decode", ns.decode, ns.peerDecode),
    row("decode-into", ns.decodeInto, ns.peerDecode),
  ]
}

/** What our client encodes into, and protobufjs too: parts of Node's pool of memory. */
const allocateBuffer = (bytes: number) => Buffer.allocUnsafe(bytes)

function works(chunks: Columns[], bodies: Buffer[], objects: protobuf.Message[], type: protobuf.Type) {
  const buffer = new ColumnBuffer()
  return {
    encode: inTurn(chunks, ({ times, values }) => encodeDataChunk(times, values).length),
    encodeBuffer: inTurn(
      chunks,
      ({ times, values }) => encodeDataChunk(times, values, undefined, allocateBuffer).length,
    ),
    decode: inTurn(bodies, (body) => decodeDataChunk(body).values[0]!),
    decodeInto: inTurn(bodies, (body) => {
      decodeDataChunkInto(body, buffer)
      return buffer.values[0]!
    }),
    peerEncode: inTurn(objects, (object) => type.encode(object).finish().length),
    peerDecode: inTurn(bodies, (body) => (type.decode(body) as unknown as { value: number[] }).value[0]!),
  } satisfies Record<keyof Result, Work>
}

function inTurn<Item>(items: Item[], work: (item: Item) => number): Work {
  return (times) => {
    let sum = 0
    for (let i = 0; i < times; i++) sum += work(items[i % items.length]!)
    return sum
  }
}

/** A bench of different work would say nothing: both must make the same bytes of each message. */
function checkEqual(bodies: Buffer[], objects: protobuf.Message[], type: protobuf.Type): void {
  for (const [i, body] of bodies.entries()) {
    if (!body.equals(type.encode(objects[i]!).finish()))
      throw new Error(`message ${i} is encoded differently by protobufjs`)
  }
}

if (isMain(import.meta.url)) await run()

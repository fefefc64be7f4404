import { constants, deflateRawSync, inflateRawSync } from "node:zlib"
import { decodePointBlock, encodePointBlock } from "../../packages/timeline/dist/codec/point-block-codec.js"
import { decodeRowBlock, encodeRowBlock } from "../../packages/timeline/dist/codec/row-block-codec.js"
import type { PointBlock } from "../../packages/timeline/dist/point-block.js"
import type { RowBlock } from "../../packages/timeline/dist/row-block.js"
import { referenceNoise, referencePoints } from "../../packages/timeline/dist/testing/reference-data.js"
import { referenceRows } from "../../packages/timeline/dist/testing/reference-rows.js"
import { isMain, measure, printTable } from "./measure.js"

/**
 * Bytes and nanoseconds per point of encoded blocks, beside the plain way to make points small: their columns as they are, 16 bytes a point,
 * deflated at level 1. Of rows it is per row, beside their 56 bytes deflated.
 */

const POINTS = 8192
const ROWS = 512
const POINTS_PER_ROW = 300
const BLOCKS = 4
const TENTH_NS = 100_000_000
const MINUTE_NS = 60_000_000_000

export async function run(): Promise<void> {
  const rows: string[][] = []
  for (const [name, make] of Object.entries(dataSets())) {
    const blocks = Array.from({ length: BLOCKS }, (_, index) => make(index))
    rows.push(resultOf(name, blocks, POINTS, encodePointBlock, decodePointBlock))
  }
  console.log(`blocks of ${POINTS} points, Node ${process.version}\n`)
  printTable(header("point"), rows)
  console.log(`\nblocks of ${ROWS} rows of ${POINTS_PER_ROW} points\n`)
  printTable(header("row"), rowSets())
}

function rowSets(): string[][] {
  const perBlock = ROWS * POINTS_PER_ROW
  return Object.entries(variants).map(([name, variant]) => {
    const blocks = Array.from({ length: BLOCKS }, (_, index) => {
      const points = referencePoints(1, index * perBlock, perBlock + 1, variant)
      return referenceRows(points, POINTS_PER_ROW, 53_333_333 + index * ROWS)
    })
    return resultOf(name, blocks, ROWS, encodeRowBlock, decodeRowBlock)
  })
}

const header = (unit: string) => [
  "data",
  `bytes/${unit}`,
  "encode ns",
  "decode ns",
  "deflated",
  "deflate ns",
  "inflate ns",
]

const variants = {
  reference: {},
  jittered: { jittered: true },
  inexact: { inexact: true },
  "jittered and inexact": { jittered: true, inexact: true },
}

/** What makes block number `index` of each data set. */
function dataSets(): Record<string, (index: number) => PointBlock> {
  const reference = Object.entries(variants).map(([name, variant]) => {
    return [name, (index: number) => referencePoints(1, index * POINTS, POINTS, variant)] as const
  })
  const noise = (i: number, below: number) => referenceNoise(1, i) % below
  const total = sumOf((i) => noise(i, 1000))
  const tenths = sumOf((i) => noise(i, 3) - 1)
  return {
    ...Object.fromEntries(reference),
    constant: (index) => series(index, TENTH_NS, () => 230),
    "counter, rising irregularly": (index) => series(index, TENTH_NS, total),
    "temperature, one a minute": (index) => series(index, MINUTE_NS, (i) => (200 + tenths(i)) / 10),
    "float32 of a sensor": (index) => series(index, TENTH_NS, (i) => Math.fround(230 + noise(i, 1_000_000) / 1e6)),
    "random doubles": (index) => series(index, TENTH_NS, randomDouble),
  }
}

function series(index: number, stepNs: number, value: (i: number) => number): PointBlock {
  return {
    baseNs: 1_600_000_000_000_000_000n + BigInt(index * POINTS) * BigInt(stepNs),
    offsets: Float64Array.from({ length: POINTS }, (_, k) => k * stepNs),
    values: Float64Array.from({ length: POINTS }, (_, k) => value(index * POINTS + k)),
  }
}

/** What the steps add up to, asked for in turn. */
function sumOf(step: (i: number) => number): (i: number) => number {
  let sum = 0
  return (i) => {
    sum += step(i)
    return sum
  }
}

/** Any finite float64. */
function randomDouble(i: number): number {
  const value = new Float64Array(Uint32Array.of(referenceNoise(2, i), referenceNoise(3, i)).buffer)[0]!
  return Number.isFinite(value) ? value : i
}

function resultOf<Block extends PointBlock | RowBlock>(
  name: string,
  blocks: Block[],
  length: number,
  encode: (block: Block) => Uint8Array,
  decode: (bytes: Uint8Array) => Block,
): string[] {
  const encoded = blocks.map(encode)
  const raw = blocks.map(rawBytes)
  const deflated = raw.map(deflate)
  for (const [i, bytes] of encoded.entries()) {
    if (!raw[i]!.equals(rawBytes(decode(bytes)))) throw new Error(`${name}: block ${i} does not come back`)
  }
  const inTurn = (work: (index: number) => number) => (times: number) => {
    let sum = 0
    for (let i = 0; i < times; i++) sum += work(i % blocks.length)
    return sum
  }
  const ns = measure({
    encode: inTurn((i) => encode(blocks[i]!).length),
    decode: inTurn((i) => Object.values(decode(encoded[i]!)).length),
    deflate: inTurn((i) => deflate(raw[i]!).length),
    inflate: inTurn((i) => inflateRawSync(deflated[i]!).length),
  })
  const bytesEach = (list: Uint8Array[]) => list.reduce((sum, { length }) => sum + length, 0) / list.length / length
  return [
    name,
    bytesEach(encoded).toFixed(3),
    (ns.encode / length).toFixed(1),
    (ns.decode / length).toFixed(1),
    bytesEach(deflated).toFixed(3),
    (ns.deflate / length).toFixed(1),
    (ns.inflate / length).toFixed(1),
  ]
}

/** The columns as they are in memory, one behind the other. */
function rawBytes(block: PointBlock | RowBlock): Buffer {
  const columns = Object.values(block).filter((column) => column instanceof Float64Array)
  return Buffer.concat(columns.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength)))
}

const deflate = (bytes: Uint8Array) => deflateRawSync(bytes, { level: constants.Z_BEST_SPEED })

if (isMain(import.meta.url)) await run()

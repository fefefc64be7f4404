import { readFileSync } from "node:fs"
import { afterEach, expect, test, vi } from "vitest"
import {
  ColumnBuffer,
  DataError,
  decodeDataChunk,
  decodeDataChunkInto,
  decodeHistoryRequest,
  decodeHistoryResponse,
  encodeDataChunk,
  encodeHistoryResponse,
} from "./index.js"

/**
 * A million messages, mutated from real ones, must give a value or a `DataError`, within 16 times their size and 4 KiB of memory.
 *
 * Memory is watched twice: typed arrays, where the bulk goes, are counted message by message as they are made; and everything, objects and
 * errors too, is measured as growth of the heap over batches in which the collector did not run.
 */
const INPUTS = 1_000_000
const BATCH = 64
const MEASURED_EVERY = 40
const FREE_BYTES = 4096

const hex = (name: string) => {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")
  return [...text.matchAll(/"(?:body|request|response)_hex": "([0-9a-f]*)"/g)].map(([, digits]) =>
    Buffer.from(digits!, "hex"),
  )
}

const steps = (length: number) =>
  new BigInt64Array(length).map((_, i) => 1_600_000_000_000_000_000n + BigInt(i * i) * 1_000_003n)
const chunks = [
  ...hex("data-chunks"),
  ...[1, 20, 60].map((n) => Buffer.from(encodeDataChunk(steps(n), new Float64Array(n)))),
]
const answers = [
  ...hex("history-messages"),
  ...hex("history-db-hta"),
  Buffer.from(encodeHistoryResponse({ metric: "a", times: steps(50), values: new Float64Array(50).fill(1.5) })),
]

/** xorshift32: the same million inputs in each run. */
let state = 0x2545f491
function random(limit: number): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % limit
}

const EDGES = [0x00, 0x01, 0x7f, 0x80, 0x81, 0xff, 0x0a, 0x12, 0x08, 0x11, 0x32, 0x33, 0x34, 0x1a]
const LARGEST = 4096
const arena = Buffer.alloc(BATCH * (LARGEST + 32))

/** A mutated copy at an unaligned place amid bytes that would lead a reader on who does not look where the message ends. */
function mutant(corpus: Buffer[], slot: number): Buffer {
  const start = slot * (LARGEST + 32) + random(16)
  const source = corpus[random(corpus.length)]!
  let length = source.copy(arena, start, 0, LARGEST - 64)
  for (let changes = random(5); changes >= 0; changes--) {
    const at = start + random(length + 1)
    switch (random(6)) {
      case 0:
        arena[at] = EDGES[random(EDGES.length)]!
        break
      case 1:
        arena[at]! ^= 1 << random(8)
        break
      case 2:
        arena[at] = random(256)
        break
      case 3:
        length = at - start
        break
      case 4: {
        const inserted = Math.min(random(12), LARGEST - length)
        arena.copyWithin(at + inserted, at, start + length)
        arena.fill(EDGES[random(EDGES.length)]!, at, at + inserted)
        length += inserted
        break
      }
      default: {
        const other = corpus[random(corpus.length)]!
        length += other.copy(arena, start + length, random(other.length + 1), Math.min(other.length, LARGEST - length))
      }
    }
  }
  arena.fill(random(2) === 0 ? 0x80 : 0x01, start + length, start + length + 12)
  return arena.subarray(start, start + length)
}

const { stackTraceLimit } = Error

afterEach(() => {
  vi.unstubAllGlobals()
  Error.stackTraceLimit = stackTraceLimit
})

let allocatedBytes = 0

/** Let every typed array that is made count. */
function countArrays(): void {
  for (const name of [
    "ArrayBuffer",
    "BigInt64Array",
    "BigUint64Array",
    "Float64Array",
    "Int32Array",
    "Uint8Array",
  ] as const) {
    const original = globalThis[name] as unknown as new (...args: unknown[]) => { byteLength: number }
    const counting = new Proxy(original, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget) as { byteLength: number }
        if (!(args[0] instanceof original) && typeof args[0] !== "object") allocatedBytes += made.byteLength
        return made
      },
    })
    vi.stubGlobal(name, counting)
  }
}

const buffer = new ColumnBuffer(0)
const targets = [
  { corpus: chunks, share: 5, decode: (body: Buffer) => void checkColumns(body) },
  { corpus: chunks, share: 3, decode: (body: Buffer) => decodeDataChunkInto(body, buffer) },
  { corpus: answers, share: 4, decode: (body: Buffer) => void decodeHistoryResponse(body) },
  { corpus: answers, share: 1, decode: (body: Buffer) => void decodeHistoryRequest(body) },
]
const plan = targets.flatMap((target) => Array.from({ length: target.share }, () => target))

function checkColumns(body: Buffer): void {
  const { times, values } = decodeDataChunk(body)
  if (times.length !== values.length) throw new Error("columns differ in length")
}

test("a million mutated messages give a value or a DataError in bounded memory", { timeout: 120_000 }, () => {
  countArrays()
  Error.stackTraceLimit = 0 // stacks take most of the time, so only what is measured has them
  let accepted = 0
  let refused = 0
  const attempt = (body: Buffer, decode: (body: Buffer) => void) => {
    try {
      decode(body)
      accepted += 1
    } catch (error) {
      if (!(error instanceof DataError)) throw new Error(`${body.toString("hex")}: not a DataError`, { cause: error })
      refused += 1
    }
  }
  let measured = 0
  for (let batch = 0; batch * BATCH < INPUTS; batch++) {
    const { corpus, decode } = plan[batch % plan.length]!
    const bodies = Array.from({ length: BATCH }, (_, slot) => mutant(corpus, slot))
    if (batch % MEASURED_EVERY === 0) {
      measured += checkHeap(bodies, (body) => attempt(body, decode))
      continue
    }
    for (const body of bodies) {
      allocatedBytes = 0
      attempt(body, decode)
      if (allocatedBytes > 16 * body.length + FREE_BYTES) {
        expect.fail(`${body.length} bytes made ${allocatedBytes} bytes of arrays: ${body.toString("hex")}`)
      }
    }
  }
  expect(accepted + refused).toBeGreaterThanOrEqual(INPUTS)
  expect(accepted).toBeGreaterThan(INPUTS / 20)
  expect(refused).toBeGreaterThan(INPUTS / 20)
  expect(measured).toBeGreaterThan(INPUTS / BATCH / MEASURED_EVERY / 2)
})

/**
 * 1 if a batch was measured and within its bounds, 0 if the collector ran each time. The compiler works in between and leaves its products on
 * the heap as well, hence more than one attempt.
 */
function checkHeap(bodies: Buffer[], attempt: (body: Buffer) => void): number {
  const allowed = bodies.reduce((sum, body) => sum + 16 * body.length + FREE_BYTES, 0)
  Error.stackTraceLimit = 10
  const grown = Array.from({ length: 4 }, () => heapGrowth(bodies, attempt)).filter((bytes) => bytes >= 0)
  Error.stackTraceLimit = 0
  if (grown.length === 0) return 0
  const least = Math.min(...grown)
  if (least > allowed) expect.fail(`${bodies.length} messages made ${least} bytes, allowed are ${allowed}`)
  return 1
}

/** Bytes that the heap grew by, or less than zero if the collector ran. */
function heapGrowth(bodies: Buffer[], attempt: (body: Buffer) => void): number {
  const before = process.memoryUsage()
  for (const body of bodies) attempt(body)
  const after = process.memoryUsage()
  const objects = after.heapUsed - before.heapUsed
  const arrays = after.arrayBuffers - before.arrayBuffers
  return objects < 0 || arrays < 0 ? -1 : objects + arrays
}

test("what is accepted means the same again after encoding", () => {
  let accepted = 0
  for (let i = 0; i < 20_000; i++) {
    const body = mutant(chunks, 0)
    let columns: ReturnType<typeof decodeDataChunk>
    try {
      columns = decodeDataChunk(body)
    } catch {
      continue
    }
    accepted += 1
    const again = decodeDataChunk(encodeDataChunk(columns.times, columns.values))
    const bytesOf = ({ times, values }: typeof columns) =>
      Buffer.concat([Buffer.from(times.slice().buffer), Buffer.from(values.slice().buffer)])
    expect(bytesOf(again).equals(bytesOf(columns))).toBe(true)
  }
  expect(accepted).toBeGreaterThan(1000)
})

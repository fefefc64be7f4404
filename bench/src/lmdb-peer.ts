import { mkdirSync, statSync } from "node:fs"
import { join } from "node:path"
import type { Columns } from "@metricq/protocol"
import { open, type RootDatabase } from "lmdb"
import { type Chunk, insertInFlight, type StorePeer } from "./store-peer.js"

/** Points of an entry at most. */
const ENTRY = 100
const ROW_BYTES = 16
const KEY_BYTES = 12

/**
 * The naive store: each chunk as it comes is an entry of LMDB, of at most 100 points, its key the number of the metric and the first time, its
 * value rows of 16 bytes. Every aggregate is made of all points. Chunks must come in order. A transaction is synced before the next one
 * begins; all chunks that have come meanwhile are in it.
 */
export class LmdbPeer implements StorePeer {
  readonly name = "LMDB"
  readonly #file: string
  readonly #root: RootDatabase<Buffer, Buffer>
  readonly #numbers = new Map<string, number>()

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#file = join(folder, "points.mdb")
    const options = { noSubdir: true, overlappingSync: false, keyEncoding: "binary", encoding: "binary" } as const
    this.#root = open<Buffer, Buffer>({ path: this.#file, ...options })
  }

  insert(chunks: Iterable<Chunk>): Promise<number> {
    return insertInFlight(chunks, ({ metric, columns }) => {
      let put: Promise<unknown> = Promise.resolve()
      for (let from = 0; from < columns.times.length; from += ENTRY) {
        put = this.#root.put(this.#key(metric, columns.times[from]!), rowsOf(columns, from))
      }
      return put
    })
  }

  async settle(): Promise<void> {
    await this.#root.flushed
  }

  async bytes(): Promise<number> {
    return statSync(this.#file).size
  }

  async aggregate(metric: string, beginNs: bigint, endNs: bigint): Promise<number> {
    const sums = newSums(1)
    this.#scan(metric, beginNs, endNs, (_offsetNs, value) => add(sums, 0, value))
    return sums.count[0]!
  }

  async timeline(metric: string, beginNs: bigint, endNs: bigint, intervalNs: bigint): Promise<number> {
    const rows = Number((endNs - beginNs) / intervalNs) + 1
    const interval = Number(intervalNs)
    const sums = newSums(rows)
    this.#scan(metric, beginNs, endNs, (offsetNs, value) => add(sums, Math.floor(offsetNs / interval), value))
    return sums.count.filter((count) => count > 0).length
  }

  async raw(metric: string, beginNs: bigint, endNs: bigint): Promise<number> {
    const points: [number, number][] = []
    this.#scan(metric, beginNs, endNs, (offsetNs, value) => points.push([offsetNs, value]))
    return points.length
  }

  async last(metric: string): Promise<number> {
    const start = this.#key(metric, 2n ** 63n - 1n)
    const end = this.#key(metric, 0n)
    for (const { value } of this.#root.getRange({ start, end, reverse: true, limit: 1 })) {
      return value.readDoubleLE(value.length - 8)
    }
    return Number.NaN
  }

  async close(): Promise<void> {
    await this.#root.close()
  }

  /** Calls for each point with its time since `beginNs`. */
  #scan(metric: string, beginNs: bigint, endNs: bigint, visit: (offsetNs: number, value: number) => void): void {
    const end = this.#key(metric, endNs)
    const lengthNs = Number(endNs - beginNs)
    for (const { key, value } of this.#root.getRange({ start: this.#entryBefore(metric, beginNs), end })) {
      const firstNs = key.readBigInt64BE(4)
      const base = Number(firstNs - beginNs)
      for (let at = 0; at < value.length; at += ROW_BYTES) {
        const offsetNs = base + value.readUInt32LE(at) + value.readUInt32LE(at + 4) * 2 ** 32
        if (offsetNs >= 0 && offsetNs < lengthNs) visit(offsetNs, value.readDoubleLE(at + 8))
      }
    }
  }

  /** Key of the entry that may hold the first point at or after a time. */
  #entryBefore(metric: string, ns: bigint): Buffer {
    const start = this.#key(metric, ns)
    const end = this.#key(metric, 0n)
    for (const key of this.#root.getKeys({ start, end, reverse: true, limit: 1 })) return key
    return start
  }

  #key(metric: string, ns: bigint): Buffer {
    const number = this.#numbers.get(metric) ?? this.#numbers.size
    this.#numbers.set(metric, number)
    const key = Buffer.allocUnsafe(KEY_BYTES)
    key.writeUInt32BE(number)
    key.writeBigInt64BE(ns, 4)
    return key
  }
}

/** The entry of the points from `from` on: the time since the first one and the value, of each. */
function rowsOf({ times, values }: Columns, from: number): Buffer {
  const count = Math.min(ENTRY, times.length - from)
  const rows = Buffer.allocUnsafe(ROW_BYTES * count)
  const first = times[from]!
  for (let i = 0; i < count; i++) {
    rows.writeBigInt64LE(times[from + i]! - first, ROW_BYTES * i)
    rows.writeDoubleLE(values[from + i]!, ROW_BYTES * i + 8)
  }
  return rows
}

function newSums(rows: number) {
  return {
    minimum: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    maximum: new Float64Array(rows).fill(Number.NEGATIVE_INFINITY),
    sum: new Float64Array(rows),
    count: new Float64Array(rows),
  }
}

function add({ minimum, maximum, sum, count }: ReturnType<typeof newSums>, row: number, value: number): void {
  if (value < minimum[row]!) minimum[row] = value
  if (value > maximum[row]!) maximum[row] = value
  sum[row]! += value
  count[row]! += 1
}

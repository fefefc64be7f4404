import { referenceName, referencePoints, type Variant } from "./reference-data.js"
import type { Chunk } from "./store-peer.js"

/** Points that are made ready at once. */
const STRETCH = 1_000_000

/** What is stored: so many points of each of so many metrics, that many to a chunk. */
export interface Sequence {
  readonly metrics: number
  /** Of each metric; a multiple of `chunk`. */
  readonly points: number
  readonly chunk: number
  /** Number of the first point; default 0. */
  readonly first?: number
  readonly variant?: Variant
}

/** Names of the metrics. */
export function sequenceNames({ metrics }: Sequence): string[] {
  return Array.from({ length: metrics }, (_, metric) => referenceName(metric))
}

/**
 * The reference data set in the order in which a network brings it: a chunk of each metric, then the next one of each. In stretches of a million
 * points: making one ready takes time that does not belong to what is measured.
 */
export function* stretches(sequence: Sequence): Generator<Iterable<Chunk>> {
  const { metrics, points, chunk, first = 0, variant } = sequence
  const names = sequenceNames(sequence)
  const length = Math.max(chunk, Math.floor(STRETCH / metrics / chunk) * chunk)
  for (let from = 0; from < points; from += length) {
    const count = Math.min(length, points - from)
    yield chunksOf(
      names.map((metric, number) => ({ metric, columns: referencePoints(number, first + from, count, variant) })),
      count,
      chunk,
    )
  }
}

/** One chunk object for all: making two views for each point costs more than storing it. */
function* chunksOf(stretch: readonly Chunk[], count: number, size: number): Generator<Chunk> {
  const chunk = { metric: "", columns: { times: new BigInt64Array(size), values: new Float64Array(size) } }
  const words = wordsOf(chunk.columns.times)
  const sources = stretch.map(({ metric, columns }) => ({
    metric,
    words: wordsOf(columns.times),
    values: columns.values,
  }))
  for (let from = 0; from < count; from += size) {
    for (const source of sources) {
      chunk.metric = source.metric
      for (let k = 0; k < size; k++) chunk.columns.values[k] = source.values[from + k]!
      for (let k = 0; k < 2 * size; k++) words[k] = source.words[2 * from + k]!
      yield chunk
    }
  }
}

function wordsOf(times: BigInt64Array): Uint32Array {
  return new Uint32Array(times.buffer, times.byteOffset, 2 * times.length)
}

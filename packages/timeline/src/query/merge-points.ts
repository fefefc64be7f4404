import { isOtherValue, type PointBlock } from "../point-block.js"
import type { Run } from "../run.js"
import { lastTime, pointIndex, pointSlice, pointTime } from "./block-search.js"
import type { Pace } from "./pace.js"
import { pointsOfRun } from "./run-points.js"

/** Points of a merged block at most. */
const BLOCK_POINTS = 8192
/** Offsets of a block are below this. */
const BLOCK_SPAN_NS = 2n ** 53n

/** Told how many points were overruled by others. */
export type OnConflicts = (count: number) => void

/** The points of one run that have been read and not been used up. */
interface Cursor {
  readonly blocks: AsyncGenerator<PointBlock>
  block: PointBlock | undefined
  /** Index of the next point. */
  at: number
}

/**
 * The points of runs that overlap with `beginNs` ≤ time < `endNs` as one sorted stream. Of points at the same time that of the last run is
 * taken: they are given in order of writing.
 *
 * @param onConflicts told of points that were overruled by one of another value
 */
export async function* mergedPoints(
  runs: readonly Run[],
  beginNs: bigint,
  endNs: bigint,
  pace: Pace,
  onConflicts?: OnConflicts,
): AsyncGenerator<PointBlock> {
  const cursors: Cursor[] = runs.map((run) => ({
    blocks: pointsOfRun(run, beginNs, endNs, pace),
    block: undefined,
    at: 0,
  }))
  try {
    while (await fill(cursors)) {
      yield* mergeStep(
        cursors.filter(({ block }) => block),
        onConflicts,
      )
    }
  } finally {
    for (const { blocks } of cursors) await blocks.return(undefined)
  }
}

/** Give every cursor a block, as long as there are any; false at the end of all. */
async function fill(cursors: readonly Cursor[]): Promise<boolean> {
  let found = false
  for (const cursor of cursors) {
    if (cursor.block && cursor.at === cursor.block.offsets.length) cursor.block = undefined
    if (!cursor.block) {
      const next = await cursor.blocks.next()
      if (next.done) continue
      cursor.block = next.value
      cursor.at = 0
    }
    found = true
  }
  return found
}

/** Merge up to the time at which the first of the blocks ends, beyond which a cursor must be filled again. */
function mergeStep(cursors: readonly Cursor[], onConflicts: OnConflicts | undefined): PointBlock[] {
  let baseNs: bigint | undefined
  let lastNs: bigint | undefined
  for (const { block, at } of cursors) {
    const firstNs = pointTime(block!, at)
    const endsNs = lastTime(block!)
    if (baseNs === undefined || firstNs < baseNs) baseNs = firstNs
    if (lastNs === undefined || endsNs < lastNs) lastNs = endsNs
  }
  if (baseNs === undefined || lastNs === undefined) return []
  if (lastNs - baseNs >= BLOCK_SPAN_NS) lastNs = baseNs + BLOCK_SPAN_NS - 1n
  const pieces: PointBlock[] = []
  for (const cursor of cursors) {
    const to = pointIndex(cursor.block!, lastNs + 1n)
    if (to > cursor.at) pieces.push(pointSlice(cursor.block!, cursor.at, to))
    cursor.at = Math.max(cursor.at, to)
  }
  if (pieces.length === 1) return pieces
  let merged = shifted(pieces[0]!, baseNs)
  for (const piece of pieces.slice(1)) merged = merge(merged, shifted(piece, baseNs), onConflicts)
  return cut(merged)
}

/** The same points on another base. */
function shifted({ baseNs, offsets, values }: PointBlock, toNs: bigint): PointBlock {
  if (baseNs === toNs) return { baseNs, offsets, values }
  const shift = Number(baseNs - toNs)
  return { baseNs: toNs, offsets: offsets.map((offset) => offset + shift), values }
}

/** Two blocks of the same base as one; for the same time the newer one's value is taken. */
function merge(older: PointBlock, newer: PointBlock, onConflicts: OnConflicts | undefined): PointBlock {
  const length = older.offsets.length + newer.offsets.length
  const offsets = new Float64Array(length)
  const values = new Float64Array(length)
  let at = 0
  let o = 0
  let n = 0
  let conflicts = 0
  while (o < older.offsets.length && n < newer.offsets.length) {
    const offset = older.offsets[o]!
    const newerOffset = newer.offsets[n]!
    if (offset < newerOffset) {
      offsets[at] = offset
      values[at++] = older.values[o++]!
      continue
    }
    offsets[at] = newerOffset
    values[at++] = newer.values[n]!
    if (offset === newerOffset && isOtherValue(older.values[o++]!, newer.values[n]!)) conflicts++
    n++
  }
  if (conflicts > 0) onConflicts?.(conflicts)
  const [rest, from] = o < older.offsets.length ? [older, o] : [newer, n]
  offsets.set(rest.offsets.subarray(from), at)
  values.set(rest.values.subarray(from), at)
  return pointSlice({ baseNs: older.baseNs, offsets, values }, 0, at + rest.offsets.length - from)
}

function cut(block: PointBlock): PointBlock[] {
  const blocks: PointBlock[] = []
  for (let from = 0; from < block.offsets.length; from += BLOCK_POINTS) {
    blocks.push(pointSlice(block, from, Math.min(from + BLOCK_POINTS, block.offsets.length)))
  }
  return blocks
}

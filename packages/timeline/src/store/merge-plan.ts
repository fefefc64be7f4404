import type { LiveSegment } from "./store-state.js"

/** So many neighbours of similar size become one. */
export const FAN_IN = 8

/** A segment of so many bytes rests. */
const RESTING_BYTES = 1 << 29

/** Merged segments have no more bytes together. */
const MERGED_BYTES = 1 << 30

const SMALLEST_TIER_BYTES = 1 << 22

/** What a plan needs to know of a segment. */
export interface SegmentSize {
  readonly bytes: number
  /** Bytes of runs that count. */
  readonly liveBytes: number
}

/** @param isStored false for metrics that have been deleted */
export function sizeOf({ segment, dead }: LiveSegment, isStored: (metric: number) => boolean): SegmentSize {
  const { runs } = segment
  let deadBytes = 0
  for (let run = 0; run < runs.length; run++) {
    if (dead.has(run) || !isStored(runs.metric[run]!)) deadBytes += segment.runBytes(run)
  }
  return { bytes: segment.bytes, liveBytes: segment.bytes - deadBytes }
}

/**
 * Which neighbours, given in order of writing, should be merged next: as places from and before; undefined if all is well.
 *
 * First come segments of which more than half is dead, with small neighbours; then eight or more neighbours of one size or smaller, sizes
 * being counted in steps of eight, the smallest first.
 */
export function planMerge(sizes: readonly SegmentSize[]): readonly [from: number, to: number] | undefined {
  const wasteful = sizes.findIndex(({ bytes, liveBytes }) => 2 * liveBytes < bytes)
  if (wasteful >= 0) return widened(sizes, wasteful)
  const tiers = sizes.map(({ liveBytes }) => tierOf(liveBytes))
  for (let tier = 0; tier < RESTING_TIER; tier++) {
    for (let from = 0; from < tiers.length; from++) {
      let to = from
      let bytes = 0
      while (to < tiers.length && tiers[to]! <= tier && bytes + sizes[to]!.liveBytes <= MERGED_BYTES) {
        bytes += sizes[to++]!.liveBytes
      }
      if (to - from >= FAN_IN) return [from, Math.min(to, from + 2 * FAN_IN)]
    }
  }
  return undefined
}

/** Everything that is not at rest, in groups of neighbours that fit together; a single one only if some of it is dead. */
export function planMergeOfAll(sizes: readonly SegmentSize[]): [from: number, to: number][] {
  const plans: [number, number][] = []
  const isAtRest = ({ bytes, liveBytes }: SegmentSize) => liveBytes >= RESTING_BYTES && 8 * liveBytes > 7 * bytes
  for (let from = 0; from < sizes.length; ) {
    let to = from
    let bytes = 0
    while (
      to < sizes.length &&
      !isAtRest(sizes[to]!) &&
      (to === from || bytes + sizes[to]!.liveBytes <= MERGED_BYTES)
    ) {
      bytes += sizes[to++]!.liveBytes
    }
    const isOne = to - from === 1
    if (to > from && !(isOne && sizes[from]!.liveBytes === sizes[from]!.bytes)) plans.push([from, to])
    from = Math.max(to, from + 1)
  }
  return plans
}

/** A segment with the smaller neighbours that fit. */
function widened(sizes: readonly SegmentSize[], place: number): [number, number] {
  let bytes = sizes[place]!.liveBytes
  let from = place
  let to = place + 1
  const fits = (i: number) => {
    const size = sizes[i]
    return size && size.liveBytes <= sizes[place]!.liveBytes && bytes + size.liveBytes <= MERGED_BYTES
  }
  while (to - from < FAN_IN && fits(to)) bytes += sizes[to++]!.liveBytes
  while (to - from < FAN_IN && fits(from - 1)) bytes += sizes[--from]!.liveBytes
  return [from, to]
}

const RESTING_TIER = tierOf(RESTING_BYTES)

function tierOf(bytes: number): number {
  let tier = 0
  for (let limit = SMALLEST_TIER_BYTES; bytes >= limit; limit *= FAN_IN) tier++
  return tier
}

/** What the newest points of a metric in memory are like. */
export interface RecentPoints {
  /** Time of the first and the last of them. */
  readonly firstNs: bigint
  readonly lastNs: bigint
  /** Value of the last; NaN for a gap. */
  readonly lastValue: number
  /** How many there are, and how many of these mark gaps. */
  readonly count: number
  readonly gaps: number
  /** Of those that mark no gap; Infinity and -Infinity without one. */
  readonly minimum: number
  readonly maximum: number
}

/** How far back points are looked at. */
export interface RecentReach {
  /** Points at or after this time; */
  readonly fromNs: bigint
  /** but so many in any case, if they are in memory, */
  readonly atLeast: number
  /** and no more than so many. */
  readonly atMost: number
}

/** Points in memory, which can be walked through from the newest backwards. */
export interface BackwardPoints {
  /** Calls `visit` with offset and value, the newest first, until it says false. Resolves to whether it never did. */
  visitBack(visit: (offset: number, value: number) => boolean): boolean
  readonly baseNs: bigint
}

/**
 * Adds up the newest points of pieces that follow each other in time, given the newest first. What came late is not among them.
 *
 * Nothing is read or copied: some nanoseconds a point.
 */
export function recentPoints(pieces: Iterable<BackwardPoints>, reach: RecentReach): RecentPoints | undefined {
  let last: { ns: bigint; value: number } | undefined
  let firstNs = 0n
  let count = 0
  let gaps = 0
  let minimum = Number.POSITIVE_INFINITY
  let maximum = Number.NEGATIVE_INFINITY
  for (const piece of pieces) {
    const { baseNs } = piece
    const earliest = Number(reach.fromNs - baseNs)
    let first: number | undefined
    const goesOn = piece.visitBack((offset, value) => {
      if (count >= reach.atMost || (offset < earliest && count >= reach.atLeast)) return false
      last ??= { ns: baseNs + BigInt(offset), value }
      first = offset
      count++
      if (Number.isNaN(value)) gaps++
      else {
        if (value < minimum) minimum = value
        if (value > maximum) maximum = value
      }
      return true
    })
    if (first !== undefined) firstNs = baseNs + BigInt(first)
    if (!goesOn) break
  }
  return last && { firstNs, lastNs: last.ns, lastValue: last.value, count, gaps, minimum, maximum }
}

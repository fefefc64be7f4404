/** A point of a strip; null marks a gap. */
export interface StripPoint {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly value: number | null
}

/** How far a strip reaches back. */
export const STRIP_MS = 120_000
/** Points of a strip: about one a second comes, of the past up to as many again. */
const MOST = 600
/** A strip is at least so long, however young its metric is. */
const SHORTEST_MS = 5_000

/** The points with one more, which is left out unless it is newer than all; what is too old for a strip goes. */
export function withPoint(points: readonly StripPoint[], point: StripPoint): readonly StripPoint[] {
  const last = points.at(-1)
  if (last && point.time <= last.time) return points
  const kept = points.filter(({ time }) => time >= point.time - STRIP_MS * 1.1)
  return [...kept.slice(1 - MOST), point]
}

/** The points with those that were there before the first of them. */
export function withPast(points: readonly StripPoint[], past: readonly StripPoint[]): readonly StripPoint[] {
  const first = points[0]?.time ?? Number.POSITIVE_INFINITY
  return [...past.filter(({ time }) => time < first), ...points].slice(-MOST)
}

/** What a strip shows up to `now`: its last two minutes, or less of a metric that is younger. */
export function stripSpan(points: readonly StripPoint[], now: number): { from: number; to: number; isYoung: boolean } {
  const whole = now - STRIP_MS
  const first = points[0]?.time ?? whole
  const from = Math.max(whole, Math.min(first, now - SHORTEST_MS))
  return { from, to: now, isYoung: first > whole + STRIP_MS * 0.05 }
}

/** What a database says of a metric's storage, as far as an estimate needs it. */
export interface StoredAmount {
  points: number
  /** Points that are on no disk block yet. */
  inMemory: number
  bytes: number
  /** Nanoseconds since 1970 in digits. */
  first: string | null
  last: string | null
}

const DAY_S = 86_400
/** Fewer points, or a shorter time, say nothing of a day. */
const FEWEST_POINTS = 100
const SHORTEST_S = 600

/** Bytes that a point costs on disk with its share of rows; undefined as long as too little is there. */
export function bytesPerPoint({ points, inMemory, bytes }: StoredAmount): number | undefined {
  const written = points - inMemory
  return written >= FEWEST_POINTS && bytes > 0 ? bytes / written : undefined
}

/** Bytes a day at the rate of its points so far; undefined as long as too little is there. */
export function bytesPerDay(amount: StoredAmount): number | undefined {
  const each = bytesPerPoint(amount)
  if (each === undefined || amount.first === null || amount.last === null) return undefined
  const seconds = Number(BigInt(amount.last) - BigInt(amount.first)) / 1e9
  return seconds >= SHORTEST_S ? ((each * amount.points) / seconds) * DAY_S : undefined
}

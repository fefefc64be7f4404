import { Timedelta, Timestamp } from "@metricq/client"
import { WebError } from "../server/web-error.js"

/** Rows of a tile. */
export const TILE_ROWS = 512

/** Intervals of the levels are 1, 2, 5, 10, … ms; the last is 5·10¹¹ ms, 16 years. */
export const TILE_LEVELS = 36

/** A tile: rows of one level in a stretch of time that is aligned to 1970. */
export interface TilePlace {
  readonly intervalNs: bigint
  readonly from: Timestamp
  readonly to: Timestamp
}

/** Interval of a level, in milliseconds. */
export function levelIntervalMs(level: number): number {
  return [1, 2, 5][level % 3]! * 10 ** Math.floor(level / 3)
}

/**
 * Where tile `index` of a level lies.
 *
 * @throws {WebError} `tile` if there is no such level, or the tile is outside of the times that can be told
 */
export function tilePlace(level: number, index: number): TilePlace {
  if (!(Number.isInteger(level) && level >= 0 && level < TILE_LEVELS && Number.isSafeInteger(index)))
    throw noTile(level, index)
  const intervalNs = BigInt(levelIntervalMs(level)) * 1_000_000n
  const lengthNs = intervalNs * BigInt(TILE_ROWS)
  const fromNs = BigInt(index) * lengthNs
  try {
    return { intervalNs, from: Timestamp.fromNs(fromNs), to: Timestamp.fromNs(fromNs + lengthNs) }
  } catch (error) {
    throw noTile(level, index, error)
  }
}

/** Interval of a tile as what a history request takes. */
export function tileInterval({ intervalNs }: TilePlace): Timedelta {
  return Timedelta.fromNs(intervalNs)
}

function noTile(level: number, index: number, cause?: unknown): WebError {
  return new WebError("tile", `there is no tile ${index} of level ${level}`, { cause })
}

import { indexesOf, LAST_LEVEL, spanOf } from "./levels.js"
import type { Tile } from "./tile.js"

/** A stretch of time, in ms, that one tile is drawn for. */
export interface Piece {
  from: number
  to: number
  tile: Tile
}

/** How far from the wanted level tiles stand in for missing ones: coarser ones up to 1000 times, finer ones up to 20 times. */
const COARSER = 9
const FINER = 4

/**
 * The best that is at hand for `[from, to)`: tiles of the wanted level, where one is missing the next coarser, then finer ones.
 * Pieces come in the order of time and do not overlap; what no tile covers is left out.
 */
export function cover(
  find: (level: number, index: number) => Tile | undefined,
  level: number,
  from: number,
  to: number,
): Piece[] {
  const pieces: Piece[] = []
  let open: [number, number][] = [[from, to]]
  for (const candidate of candidates(level)) {
    open = fill(find, candidate, open, pieces)
    if (open.length === 0) break
  }
  return pieces.sort((a, b) => a.from - b.from)
}

function* candidates(level: number): Generator<number> {
  for (let l = level; l <= Math.min(LAST_LEVEL, level + COARSER); l++) yield l
  for (let l = level - 1; l >= Math.max(0, level - FINER); l--) yield l
}

/** Put the level's tiles into the open stretches; gives what stays open. */
function fill(
  find: (level: number, index: number) => Tile | undefined,
  level: number,
  open: [number, number][],
  pieces: Piece[],
): [number, number][] {
  const span = spanOf(level)
  const rest: [number, number][] = []
  for (const [from, to] of open) {
    const [first, last] = indexesOf(level, from, to)
    for (let index = first; index <= last; index++) {
      const begin = Math.max(from, index * span)
      const end = Math.min(to, (index + 1) * span)
      const tile = find(level, index)
      const before = rest.at(-1)
      if (tile) pieces.push({ from: begin, to: end, tile })
      else if (before && before[1] === begin) before[1] = end
      else rest.push([begin, end])
    }
  }
  return rest
}

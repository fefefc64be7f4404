/** Rows of a full tile. */
export const TILE_ROWS = 512
/** The coarsest level: rows of 10^11 ms, three years. */
export const LAST_LEVEL = 33

const STEPS = [1, 2, 5]

/** Length of a level's rows in milliseconds: 1, 2, 5, 10, … for 0, 1, 2, 3, … */
export function intervalOf(level: number): number {
  return (STEPS[level % 3] ?? 1) * 10 ** Math.floor(level / 3)
}

/** Time covered by one tile of a level, in milliseconds. Tile `index` begins at `index * spanOf(level)` since 1970. */
export function spanOf(level: number): number {
  return TILE_ROWS * intervalOf(level)
}

/** The finest level whose rows are at least `pixels` wide at this scale; between 0 and {@link LAST_LEVEL}. */
export function levelFor(msPerPixel: number, pixels = 1.3): number {
  const least = msPerPixel * pixels
  let level = Math.max(0, Math.floor(Math.log10(least)) * 3)
  while (level < LAST_LEVEL && intervalOf(level) < least * (1 - 1e-12)) level++
  return level
}

/** First and last index of the tiles that touch `[from, to)`, in milliseconds. An empty range touches the tile it lies in. */
export function indexesOf(level: number, from: number, to: number): [first: number, last: number] {
  const span = spanOf(level)
  const first = Math.floor(from / span)
  return [first, Math.max(first, Math.ceil(to / span) - 1)]
}

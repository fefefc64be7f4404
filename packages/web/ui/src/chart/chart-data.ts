import { cover, type Piece } from "../lib/cover.js"
import { levelFor } from "../lib/levels.js"
import { withLive } from "./live-pieces.js"
import type { LiveSeries } from "./live-series.js"
import type { Span } from "./span.js"
import type { TileStore } from "./tile-store.js"

/** Where a chart's data comes from. */
export interface ChartData {
  tiles: TileStore
  /** Newest values of metrics that are followed live. */
  live: ReadonlyMap<string, LiveSeries>
  /** Head tiles older than this are read again, ms. */
  headMs(): number
}

/** Ask for the tiles of a window, those of a period `compareMs` earlier too unless that is 0. */
export function wishTiles(
  data: ChartData,
  names: readonly string[],
  span: Span,
  msPerPixel: number,
  compareMs: number,
) {
  const level = levelFor(msPerPixel)
  const wishes = names.map((metric) => ({ metric, level, span }))
  if (compareMs > 0) {
    const earlier = { from: span.from - compareMs, to: span.to - compareMs }
    wishes.push(...names.map((metric) => ({ metric, level, span: earlier })))
  }
  data.tiles.want(wishes, Date.now(), data.headMs())
}

/** What is at hand of a metric in a stretch of time: the best tiles for this scale, and live values after them. */
export function piecesAtHand({ tiles, live }: ChartData, name: string, span: Span, msPerPixel: number): Piece[] {
  const find = (level: number, index: number) => tiles.find(name, level, index)
  const pieces = cover(find, levelFor(msPerPixel), span.from, span.to)
  return withLive(pieces, span, live.get(name)?.tiles() ?? [])
}

import { cover, type Piece } from "../lib/cover.js"
import { LAST_LEVEL, levelFor, spanOf } from "../lib/levels.js"
import type { ChartSeries } from "./layout.js"
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

/** The part of a series that says what there is to fetch of it. */
type Paced = Pick<ChartSeries, "name" | "rate">

/** Ask for the tiles of a window, those of a period `compareMs` earlier too unless that is 0. */
export function wishTiles(
  data: ChartData,
  series: readonly Paced[],
  span: Span,
  msPerPixel: number,
  compareMs: number,
) {
  const wishesAt = (shift: number) =>
    series.map((one) => {
      const window = { from: span.from - shift, to: span.to - shift }
      return { metric: one.name, level: levelOf(one, msPerPixel), span: reached(one, window) }
    })
  data.tiles.want([...wishesAt(0), ...(compareMs > 0 ? wishesAt(compareMs) : [])], Date.now(), data.headMs())
}

/**
 * What is at hand of a series in a stretch of time, and up to the next point behind it: the best tiles for this scale, and live values
 * after them.
 */
export function piecesAtHand({ tiles, live }: ChartData, series: Paced, span: Span, msPerPixel: number): Piece[] {
  const find = (level: number, index: number) => tiles.find(series.name, level, index)
  const window = reached(series, span)
  const pieces = cover(find, levelOf(series, msPerPixel), window.from, window.to)
  return withLive(pieces, window, live.get(series.name)?.tiles() ?? [])
}

/** A point holds for the time before it, so between two points the one behind the window is what is seen. */
function reached(series: Paced, { from, to }: Span): Span {
  return { from, to: to + reachMs(series) }
}

/** An interval and a half, as no source is quite regular; 0 if the rate is not known. */
function reachMs({ rate }: Paced): number {
  return rate > 0 ? 1500 / rate : 0
}

/** The level for this scale; none so fine that the next point may lie many tiles away, which would have nothing more to show. */
function levelOf(series: Paced, msPerPixel: number): number {
  let level = levelFor(msPerPixel)
  while (level < LAST_LEVEL && spanOf(level) < reachMs(series)) level++
  return level
}

import type { Piece } from "../lib/cover.js"
import type { Tile } from "../lib/tile.js"
import type { Span } from "./span.js"

/** A tile that was read within so many ms after its end may lack the last points before it. */
const SETTLING_MS = 60_000

/**
 * Live values go on where the tiles' knowledge ends, each of `live`, in the order of time, where the one before it ends: after the last piece, and
 * in those that were read before their end and have a newer one behind them.
 */
export function withLive(pieces: readonly Piece[], span: Span, live: readonly Tile[]): Piece[] {
  return live.reduce<Piece[]>((before, tile) => goOn(before, span, tile), [...pieces])
}

function goOn(pieces: readonly Piece[], span: Span, tile: Tile): Piece[] {
  const begin = tile.t0 + (tile.offsets[0] ?? 0)
  const newest = tile.t0 + (tile.offsets.at(-1) ?? 0) + tile.rowMs
  if (pieces.length === 0) return newest > span.from ? [{ ...span, tile }] : []
  return pieces.flatMap((piece, i) => {
    const isLast = i === pieces.length - 1
    const known = Math.max(piece.from, Math.min(piece.to, knownUntil(piece)))
    const isWhole = !isLast && (known >= piece.to || begin > piece.to || isSettled(piece))
    if (isWhole || newest <= known) return [piece]
    return [
      { ...piece, to: known },
      { from: known, to: isLast ? span.to : piece.to, tile },
    ]
  })
}

/** Live values are never: what comes after them may be those of another length. */
function isSettled({ tile, to }: Piece): boolean {
  return tile.receivedAt !== Number.POSITIVE_INFINITY && tile.receivedAt >= to + SETTLING_MS
}

/** Up to when the data of a tile is whole: its last raw point, or the moment at which its open row was read. */
function knownUntil({ tile, from, to }: Piece): number {
  const last = tile.offsets.at(-1)
  if (last === undefined) return Math.min(to, Math.max(from, tile.receivedAt))
  const time = tile.t0 + last
  return tile.raw ? time : Math.min(time + tile.rowMs, tile.receivedAt)
}

import type { Piece } from "../lib/cover.js"
import type { Tile } from "../lib/tile.js"
import type { Span } from "./span.js"

/** Live values go on where the tiles' knowledge ends: each of `live`, in the order of time, where the one before it ends. */
export function withLive(pieces: readonly Piece[], span: Span, live: readonly Tile[]): Piece[] {
  return live.reduce<Piece[]>((before, tile) => goOn(before, span, tile), [...pieces])
}

function goOn(pieces: Piece[], span: Span, tile: Tile): Piece[] {
  const last = pieces.at(-1)
  const known = last ? Math.min(last.to, knownUntil(last)) : span.from
  const newest = tile.t0 + (tile.offsets.at(-1) ?? 0) + tile.rowMs
  if (newest <= known) return pieces
  const before = pieces.map((piece) => (piece === last ? { ...piece, to: Math.max(piece.from, known) } : piece))
  return [...before, { from: known, to: span.to, tile }]
}

/** Up to when the data of a tile is whole: its last raw point, or the moment at which its open row was read. */
function knownUntil({ tile, from, to }: Piece): number {
  const last = tile.offsets.at(-1)
  if (last === undefined) return Math.min(to, Math.max(from, tile.receivedAt))
  const time = tile.t0 + last
  return tile.raw ? time : Math.min(time + tile.rowMs, tile.receivedAt)
}

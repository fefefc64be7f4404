import type { Piece } from "../lib/cover.js"
import type { LivePoints } from "./live-points.js"
import type { Span } from "./span.js"

/** Live points go on where the tiles' knowledge ends. */
export function withLive(pieces: Piece[], span: Span, points: LivePoints | undefined): Piece[] {
  const tile = points?.tile()
  if (!tile) return pieces
  const last = pieces.at(-1)
  const known = last ? Math.min(last.to, knownUntil(last)) : span.from
  const newest = tile.t0 + (tile.offsets.at(-1) ?? 0)
  if (newest <= known) return pieces
  const before = pieces.map((piece) => (piece === last ? { ...piece, to: Math.max(piece.from, known) } : piece))
  return [...before, { from: known, to: span.to, tile }]
}

/** Up to when the data of a head tile is whole: its last raw point, or the moment at which its open row was read. */
function knownUntil({ tile, from, to }: Piece): number {
  const last = tile.offsets.at(-1)
  if (last === undefined) return Math.min(to, Math.max(from, tile.receivedAt))
  const time = tile.t0 + last
  return tile.raw ? time : Math.min(time + tile.rowMs, tile.receivedAt)
}

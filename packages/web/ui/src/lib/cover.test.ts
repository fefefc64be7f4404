import fc from "fast-check"
import { expect, test } from "vitest"
import { cover } from "./cover.js"
import { spanOf } from "./levels.js"
import type { Tile } from "./tile.js"

const none = new Float64Array(0)
const tileAt = (level: number, index: number): Tile => ({
  ...{ t0: index * spanOf(level), rowMs: level, raw: false, offsets: none, min: none, mean: none, max: none },
  ...{ bytes: 0, receivedAt: 0 },
})

test("the wanted level comes first, coarser ones fill its holes, finer ones what is left", () => {
  const span = spanOf(3)
  const has = new Set(["3 0", "4 1", "2 3"])
  const find = (level: number, index: number) => (has.has(`${level} ${index}`) ? tileAt(level, index) : undefined)
  const pieces = cover(find, 3, 0, 4 * span)
  expect(pieces.map(({ from, to, tile }) => [from / span, to / span, tile.rowMs])).toEqual([
    [0, 1, 3],
    [1.5, 2, 2],
    [2, 4, 4],
  ])
})

test("pieces are in order, inside the range, do not overlap, and lie in their tile", () => {
  const tiles = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 40 })), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(
      tiles,
      fc.integer({ min: 0, max: 8 }),
      fc.nat(20_000),
      fc.integer({ min: 1, max: 20_000 }),
      (known, level, from, length) => {
        const has = new Set(known.map(([l, i]) => `${l} ${i}`))
        const find = (l: number, i: number) => (has.has(`${l} ${i}`) ? tileAt(l, i) : undefined)
        let end = from
        for (const piece of cover(find, level, from, from + length)) {
          expect(piece.from).toBeGreaterThanOrEqual(end)
          expect(piece.to).toBeGreaterThan(piece.from)
          expect(piece.from).toBeGreaterThanOrEqual(piece.tile.t0)
          expect(piece.to).toBeLessThanOrEqual(piece.tile.t0 + spanOf(piece.tile.rowMs))
          end = piece.to
        }
        expect(end).toBeLessThanOrEqual(from + length)
      },
    ),
  )
})

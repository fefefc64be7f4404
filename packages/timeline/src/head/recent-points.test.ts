import { expect, test } from "vitest"
import { HeadPiece } from "./head-piece.js"
import { recentPoints } from "./recent-points.js"

const SECOND = 1_000_000_000
/** A piece that begins at a second, with a point each second. */
function piece(beginS: number, values: readonly number[]): HeadPiece {
  const ns = BigInt(beginS) * BigInt(SECOND)
  const made = new HeadPiece(Number(ns >> 32n), Number(ns & 0xffff_ffffn))
  for (const [i, value] of values.entries()) made.push(i * SECOND, value)
  return made
}
const all = { fromNs: 0n, atLeast: 0, atMost: 1000 }

test("without a point there is nothing", () => {
  expect(recentPoints([], all)).toBeUndefined()
  expect(recentPoints([piece(5, [1])], { ...all, atMost: 0 })).toBeUndefined()
})

test("points of several pieces are added up from the newest back; NaN counts, but is no extreme", () => {
  const found = recentPoints([piece(100, [4, Number.NaN]), piece(50, [9, -2])], all)
  expect(found).toEqual({
    ...{ firstNs: 50n * BigInt(SECOND), lastNs: 101n * BigInt(SECOND), lastValue: Number.NaN },
    ...{ count: 4, gaps: 1, minimum: -2, maximum: 9 },
  })
})

test("points before the window count only until there are enough, and never too many", () => {
  const pieces = () => [piece(100, [1, 2, 3, 4]), piece(50, [5, 6])]
  const fromNs = 102n * BigInt(SECOND)
  expect(recentPoints(pieces(), { fromNs, atLeast: 0, atMost: 9 })).toMatchObject({ count: 2, minimum: 3 })
  expect(recentPoints(pieces(), { fromNs, atLeast: 5, atMost: 9 })).toMatchObject({ count: 5, maximum: 6 })
  expect(recentPoints(pieces(), { fromNs: 0n, atLeast: 5, atMost: 3 })).toMatchObject({ count: 3, minimum: 2 })
})

test("many points, which are kept in columns, are the same", () => {
  const values = Array.from({ length: 1000 }, (_, i) => i)
  expect(recentPoints([piece(1, values)], { fromNs: 0n, atLeast: 0, atMost: 100 })).toMatchObject({
    ...{ count: 100, minimum: 900, maximum: 999, lastValue: 999 },
  })
})

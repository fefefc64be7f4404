import { expect, test } from "vitest"
import { intervalOf, spanOf } from "../lib/levels.js"
import type { Tile } from "../lib/tile.js"
import { type ChartData, piecesAtHand, wishTiles } from "./chart-data.js"
import { Columns } from "./columns.js"
import type { Wish } from "./tile-store.js"

/** Tiles as the server has them of a metric with a point at each multiple of `everyMs`, whose value is its number. */
function dataOf(everyMs: number): ChartData & { wishes: Wish[] } {
  const wishes: Wish[] = []
  const find = (_: string, level: number, index: number): Tile | undefined => {
    const t0 = index * spanOf(level)
    const isWished = wishes.some(
      (wish) => wish.level === level && wish.span.from < t0 + spanOf(level) && wish.span.to > t0,
    )
    if (!isWished) return undefined
    const times: number[] = []
    for (let i = Math.floor(t0 / everyMs); i * everyMs < t0 + spanOf(level); i++) times.push(i * everyMs)
    const mean = Float64Array.from(times, (time) => time / everyMs)
    const offsets = Float64Array.from(times, (time) => time - t0)
    return { t0, rowMs: intervalOf(level), raw: true, offsets, min: mean, mean, max: mean, bytes: 0, receivedAt: 1e15 }
  }
  const tiles = { find, want: (all: Wish[]) => wishes.push(...all) } as unknown as ChartData["tiles"]
  return { tiles, live: new Map(), headMs: () => 1000, wishes }
}

test.for([
  [1000, 7],
  [1000, 500],
  [60_000, 7],
  [86_400_000, 1000],
])("between two points %i ms apart a window of %i ms shows the one behind it", ([everyMs, widthMs]) => {
  const series = { name: "lab.a", rate: 1000 / everyMs! }
  for (const part of [0.2, 0.5, 0.9]) {
    const data = dataOf(everyMs!)
    const from = (20_000 + part) * everyMs!
    const span = { from, to: from + Math.min(widthMs!, everyMs! * 0.09) }
    const msPerPixel = (span.to - span.from) / 100
    wishTiles(data, [series], span, msPerPixel, 0)
    const columns = new Columns()
    const pieces = piecesAtHand(data, series, span, msPerPixel)
    columns.fill(100, { from, perMs: 1 / msPerPixel }, pieces, 10 * everyMs!, 1)
    expect([...columns.mean]).toEqual(Array(100).fill(20_001))
  }
})

test("what is shown is no coarser where points are dense", () => {
  const data = dataOf(1)
  wishTiles(data, [{ name: "lab.a", rate: 1000 }], { from: 0, to: 1000 }, 1, 500)
  expect(data.wishes.map(({ level, span }) => [intervalOf(level), span.from, span.to])).toEqual([
    [2, 0, 1001.5],
    [2, -500, 501.5],
  ])
})

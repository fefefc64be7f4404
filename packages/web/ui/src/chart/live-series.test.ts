import { expect, test } from "vitest"
import type { Piece } from "../lib/cover.js"
import type { Tile } from "../lib/tile.js"
import { Columns } from "./columns.js"
import { withLive } from "./live-pieces.js"
import { LiveSeries } from "./live-series.js"

const point = (time: number, value: number) => ({ time, min: value, mean: value, max: value, count: 1 })

function tileOf(t0: number, times: number[], value: number, receivedAt: number, rowMs = 0): Tile {
  const values = new Float64Array(times.map(() => value))
  return {
    ...{ t0, rowMs, raw: rowMs === 0, offsets: new Float64Array(times), bytes: 0, receivedAt },
    ...{ min: values, mean: values, max: values },
  }
}

/** Columns of a ms each that have nothing. */
function gaps(pieces: Piece[], width: number): number[] {
  const columns = new Columns()
  columns.fill(width, { from: 0, perMs: 1 }, pieces, 100, 1)
  return [...columns.mean.subarray(0, width)].flatMap((value, i) => (Number.isNaN(value) ? [i] : []))
}

test("points and rows are kept in stretches, older ones than the last are left out", () => {
  const series = new LiveSeries()
  series.push(0, point(1000, 1))
  series.push(0, point(1000, 2))
  series.push(0, point(900, 3))
  series.push(20, { time: 1020, min: 1, mean: 2, max: 3, count: 10 })
  const [raw, rows] = series.tiles()
  expect([...(raw as Tile).offsets]).toEqual([0])
  expect([...(raw as Tile).mean]).toEqual([1])
  expect(rows).toMatchObject({ t0: 1020, rowMs: 20, raw: false })
})

test("two rows of one interval belong together", () => {
  const series = new LiveSeries()
  series.push(20, { time: 0, min: 1, mean: 2, max: 3, count: 3 })
  series.push(20, { time: 0, min: 0, mean: 6, max: 9, count: 1 })
  series.push(20, { time: 0, min: Number.NaN, mean: Number.NaN, max: Number.NaN, count: 1 })
  const [tile] = series.tiles()
  expect([tile?.min[0], tile?.mean[0], tile?.max[0]]).toEqual([0, 3, 9])
})

test("once full the older half is forgotten", () => {
  const series = new LiveSeries()
  for (let i = 0; i < 40_000; i++) series.push(0, point(i, i))
  const tile = series.tiles()[0] as Tile
  expect(tile.offsets.length).toBe(40_000 - 16_384)
  expect([tile.mean[0], tile.mean.at(-1)]).toEqual([16_384, 39_999])
})

test("live rows go on where history ends, without a gap and without an overlap", () => {
  const head = { from: 0, to: 512, tile: tileOf(0, [0, 10, 20, 30, 40, 50], 1, 60, 10) }
  const series = new LiveSeries()
  for (let time = 40; time < 200; time += 20) series.push(20, { ...point(time, 2), count: 5 })
  const pieces = withLive([head], { from: 0, to: 300 }, series.tiles())
  expect(pieces.map(({ from, to }) => [from, to])).toEqual([
    [0, 60],
    [60, 300],
  ])
  expect(gaps(pieces, 200)).toEqual([])
})

test("a change from rows to points leaves no gap", () => {
  const head = { from: 0, to: 512, tile: tileOf(0, [0, 20, 40], 1, 60, 20) }
  const series = new LiveSeries()
  for (let time = 60; time < 120; time += 20) series.push(20, { ...point(time, 2), count: 5 })
  for (let time = 110; time < 200; time += 10) series.push(0, point(time, 3))
  expect(gaps(withLive([head], { from: 0, to: 300 }, series.tiles()), 190)).toEqual([])
})

test("a tile that was read before its end is gone on with, though there is a newer one behind it", () => {
  const begun = { from: 0, to: 100, tile: tileOf(0, [0, 20, 40], 1, 50) }
  const head = { from: 100, to: 200, tile: tileOf(100, [0, 20], 1, 130) }
  const series = new LiveSeries()
  for (let time = 30; time < 200; time += 10) series.push(0, point(time, 1))
  const pieces = withLive([begun, head], { from: 0, to: 200 }, series.tiles())
  expect(pieces.map(({ from, to }) => [from, to])).toEqual([
    [0, 40],
    [40, 100],
    [100, 120],
    [120, 200],
  ])
  expect(gaps(pieces, 190)).toEqual([])
  const settled = { ...begun, tile: { ...begun.tile, receivedAt: 60_100 } }
  expect(withLive([settled, head], { from: 0, to: 200 }, series.tiles())[0]).toBe(settled)
})

test("what history knows already is not drawn again", () => {
  const head = { from: 0, to: 512, tile: tileOf(0, [0, 100], 1, 500) }
  const series = new LiveSeries()
  series.push(0, point(90, 5))
  expect(withLive([head], { from: 0, to: 300 }, series.tiles())).toEqual([head])
  expect(withLive([], { from: 0, to: 300 }, series.tiles())).toHaveLength(1)
})

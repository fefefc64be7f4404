import { expect, test } from "vitest"
import { decodeTile, lowerBound, splitTiles } from "./tile.js"

function rows(interval: number, offsets: number[], means: number[]): ArrayBuffer {
  const bytes = new ArrayBuffer(32 + offsets.length * 24)
  header(bytes, offsets.length, interval, 0)
  new Float64Array(bytes, 32, offsets.length).set(offsets)
  means.forEach((mean, i) => {
    const at = 32 + offsets.length * 8
    for (const [column, value] of [mean - 1, mean, mean + 1, 1].entries()) {
      new DataView(bytes).setFloat32(at + (column * offsets.length + i) * 4, value, true)
    }
  })
  return bytes
}

function points(offsets: number[], values: number[]): ArrayBuffer {
  const bytes = new ArrayBuffer(32 + offsets.length * 16)
  header(bytes, offsets.length, 10, 1)
  new Float64Array(bytes, 32, offsets.length).set(offsets)
  new Float64Array(bytes, 32 + offsets.length * 8, offsets.length).set(values)
  return bytes
}

function header(bytes: ArrayBuffer, count: number, interval: number, flags: number): void {
  const view = new DataView(bytes)
  view.setUint32(0, 0x3154514d, true)
  view.setUint32(4, count, true)
  view.setFloat64(8, interval, true)
  view.setFloat64(16, 5000, true)
  view.setUint32(24, flags, true)
}

test("rows have minimum, mean and maximum, and the length that their steps show", () => {
  const tile = decodeTile(rows(10, [0, 8, 24], [1, 2, 3]), 7)
  expect(tile).toMatchObject({ t0: 5000, rowMs: 8, raw: false, receivedAt: 7 })
  expect([...tile.offsets]).toEqual([0, 8, 24])
  expect([[...tile.min], [...tile.mean], [...tile.max]]).toEqual([
    [0, 1, 2],
    [1, 2, 3],
    [2, 3, 4],
  ])
})

test("a single row is as long as the tile says", () => {
  expect(decodeTile(rows(10, [0], [1]), 0).rowMs).toBe(10)
})

test("raw points are their own minimum and maximum", () => {
  const tile = decodeTile(points([-2, 1.5], [4, Number.NaN]), 0)
  expect(tile.raw).toBe(true)
  expect([...tile.max]).toEqual([4, Number.NaN])
  expect(tile.min).toBe(tile.max)
})

test("what is no tile, or only a part of one, is refused", () => {
  expect(() => decodeTile(new ArrayBuffer(12), 0)).toThrow(RangeError)
  expect(() => decodeTile(new ArrayBuffer(40), 0)).toThrow("not a tile")
  expect(() => decodeTile(rows(10, [0, 10], [1, 2]).slice(0, 60), 0)).toThrow("cut off")
})

test("many tiles come in one body, those that could not be made as nothing", () => {
  const one = points([0], [1])
  const body = new Uint8Array(4 + 4 + one.byteLength)
  new DataView(body.buffer).setUint32(4, one.byteLength, true)
  body.set(new Uint8Array(one), 8)
  expect(splitTiles(body.buffer, 0).map((tile) => tile?.mean[0])).toEqual([undefined, 1])
  expect(() => splitTiles(body.buffer.slice(0, 30), 0)).toThrow("cut off")
})

test("lowerBound finds the first that is not below", () => {
  const offsets = new Float64Array([0, 10, 10, 20])
  expect([-1, 0, 5, 10, 20, 21].map((value) => lowerBound(offsets, value))).toEqual([0, 0, 1, 1, 3, 4])
})

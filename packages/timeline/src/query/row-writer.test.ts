import { describe, expect, test } from "vitest"
import { emptyAggregate } from "../aggregate.js"
import { rowCount } from "./row-stretch.js"
import { RowWriter } from "./row-writer.js"

const interval = 1000
const counted = { minimum: 1, maximum: 2, sum: 3, count: 2, integral: 1500, activeNs: interval }

/** A writer with so many rows of points in its first block. */
function writerWith(rows: number): RowWriter {
  const writer = new RowWriter(interval)
  for (let row = 0; row < rows; row++) writer.push(row, counted)
  return writer
}

function rowsOf(writer: RowWriter): number[][] {
  return writer.finish().map(({ rows }) => [...rows])
}

describe("blocks", () => {
  test("are at most 512 rows long", () => {
    expect(rowsOf(writerWith(512)).map((rows) => rows.length)).toEqual([512])
    expect(rowsOf(writerWith(1025)).map((rows) => rows.length)).toEqual([512, 512, 1])
    expect(rowsOf(writerWith(0))).toEqual([])
  })

  test("are given once, complete ones at once", () => {
    const writer = writerWith(513)
    expect(writer.take()).toHaveLength(1)
    expect(writer.take()).toHaveLength(0)
    expect(writer.finish()).toHaveLength(1)
  })
})

describe("a stretch", () => {
  test("is its first and its last row, however its rows come", () => {
    const writer = writerWith(1)
    writer.pushFilled(1, 1, 7)
    writer.push(2, { minimum: 7, maximum: 7, sum: 0, count: 0, integral: 7000, activeNs: interval })
    writer.pushFilled(3, 1_000_000, 7)
    writer.push(1_000_001, counted)
    const [block] = writer.finish()
    expect([...block!.rows]).toEqual([0, 1, 1_000_000, 1_000_001])
    expect(rowCount(block!, interval)).toBe(1_000_002)
  })

  test.each([510, 511, 512])("is never split between blocks, here after %i rows", (before) => {
    const writer = writerWith(before)
    writer.pushFilled(before, before + 9, 7)
    const blocks = rowsOf(writer)
    const withFirst = blocks.find((rows) => rows.includes(before))
    expect(withFirst).toContain(before + 9)
    expect(blocks.every((rows) => rows.length <= 512)).toBe(true)
  })

  test("is of one value, without holes, and of rows that are active all the time", () => {
    const filled = (value: number) => ({ ...emptyAggregate(), minimum: value, maximum: value, activeNs: interval })
    const writer = new RowWriter(interval)
    writer.push(1, filled(7))
    writer.push(2, filled(8))
    writer.push(3, { ...filled(8), activeNs: 999 })
    writer.push(4, filled(8))
    writer.push(6, filled(8))
    expect(rowsOf(writer)).toEqual([[1, 2, 3, 4, 6]])
  })
})

test("rows above the limit are an error, those of stretches count", () => {
  const writer = new RowWriter(interval, 10)
  writer.push(0, counted)
  writer.pushFilled(1, 9, 7)
  expect(() => writer.push(10, counted)).toThrow(expect.objectContaining({ code: "too-many" }))
  expect(() => new RowWriter(interval, 10).pushFilled(0, 1e9, 7)).toThrow(/more than 10 rows/)
})

import { ColumnBuffer } from "@metricq/protocol"
import { expect, test } from "vitest"
import { Duplicates } from "./duplicates.js"

function points(...times: number[]): ColumnBuffer {
  const buffer = new ColumnBuffer()
  for (const time of times) buffer.append(BigInt(time), time / 10)
  return buffer
}

const timesOf = (buffer: ColumnBuffer) => [...buffer.columns().times].map(Number)

test("takes out what is not newer than the last point of its metric, and nothing else", () => {
  const duplicates = new Duplicates()
  duplicates.remember("a", points(1, 2, 3))
  const again = points(2, 3, 4, 5)
  expect(duplicates.remove("a", again)).toBe(2)
  expect(timesOf(again)).toEqual([4, 5])
  expect([...again.columns().values]).toEqual([0.4, 0.5])
  const other = points(1, 2)
  expect(duplicates.remove("b", other)).toBe(0)
  expect(timesOf(other)).toEqual([1, 2])
})

test("after data of the past, that is what repeated messages are held against", () => {
  const duplicates = new Duplicates()
  duplicates.remember("a", points(100))
  duplicates.remember("a", points(1, 2))
  const backfill = points(2, 3)
  expect(duplicates.remove("a", backfill)).toBe(1)
  expect(timesOf(backfill)).toEqual([3])
})

test("an empty message is nothing to remember", () => {
  const duplicates = new Duplicates()
  duplicates.remember("a", points())
  const some = points(1)
  expect(duplicates.remove("a", some)).toBe(0)
})

import { expect, test } from "vitest"
import { Collection } from "./collection.js"

const S = 1_000_000_000n
const columns = (...seconds: number[]) => ({
  times: BigInt64Array.from(seconds, (second) => BigInt(second) * S),
  values: Float64Array.from(seconds, () => 10),
})

test("a metric is awaited until it has sent a point of the end or later, or two intervals and five seconds have passed", () => {
  const collection = new Collection()
  collection.begin(
    new Map([
      ["a", { rate: 0.5 }],
      ["b", { rate: 0.1, chunkSize: 3 }],
      ["c", {}],
    ]),
    0n,
  )
  for (const metric of ["a", "b", "c", "other"]) collection.take(metric, columns(4, 8), 9n * S)
  collection.end(10n * S)
  expect(collection.awaited(0, undefined)).toEqual(["a", "b", "c"])
  expect(collection.awaited(8.9, undefined)).toEqual(["a", "b", "c"])
  expect(collection.awaited(9.1, undefined)).toEqual(["b", "c"])
  expect(collection.awaited(13.1, undefined)).toEqual(["b"])
  expect(collection.awaited(65.1, undefined)).toEqual([])
  expect(collection.awaited(3, 2)).toEqual([])
  collection.take("b", columns(10), 11n * S)
  expect(collection.awaited(0, undefined)).toEqual(["a", "c"])
})

test("values reach back over ten declared intervals, or as far as they have to where none is declared", () => {
  const collection = new Collection()
  collection.begin(
    new Map([
      ["a", { rate: 1 }],
      ["b", {}],
    ]),
    0n,
  )
  collection.take("a", columns(2, 50), 50n * S)
  collection.take("b", columns(2, 50), 50n * S)
  collection.end(50n * S)
  const usages = collection.finish()
  expect(usages.get("a")).toMatchObject({ activeSeconds: 12, integral: 120 })
  expect(usages.get("b")).toMatchObject({ activeSeconds: 50, coverage: 1 })
})

test("waiting ends when something comes, or after its time", async () => {
  const collection = new Collection()
  collection.begin(new Map([["a", {}]]), 0n)
  const change = collection.change(60_000)
  collection.take("a", columns(1), S)
  await change
  await collection.change(1)
})

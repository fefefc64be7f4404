import { expect, test } from "vitest"
import type { MetricQuery } from "../../api.js"
import { allNames, firstNames, type MetricTarget, sizeOf } from "./metric-target.js"

const stored = Array.from({ length: 2500 }, (_, i) => `m${i}`)
const asked: MetricQuery[] = []
const ask = {
  metrics: async (query: MetricQuery) => {
    asked.push(query)
    const { offset = 0, limit = 100 } = query
    return { total: stored.length, offset, metrics: stored.slice(offset, offset + limit).map((name) => ({ name })) }
  },
}
const all: MetricTarget = { query: { search: "m" }, total: 2500, except: ["m0", "m2"] }

test("all that a query finds is read page by page, without what was left out", async () => {
  const told: number[] = []
  expect(sizeOf(all)).toBe(2498)
  expect(await allNames(ask, all, undefined, (count) => told.push(count))).toEqual(
    stored.filter((name) => name !== "m0" && name !== "m2"),
  )
  expect(told).toEqual([1000, 2000, 2500])
  expect(asked.every(({ search }) => search === "m")).toBe(true)
})

test("the first ones are there although some are left out", async () => {
  expect(await firstNames(ask, all, 3)).toEqual(["m1", "m3", "m4"])
  expect(await firstNames(ask, { names: ["a", "b", "c"] }, 2)).toEqual(["a", "b"])
})

test("a query that finds nothing has no names", async () => {
  const none = { metrics: async () => ({ total: 0, offset: 0, metrics: [] }) }
  expect(await allNames(none, { query: {}, total: 0, except: [] })).toEqual([])
})

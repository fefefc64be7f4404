import { expect, test } from "vitest"
import { catalogueEntry } from "./catalogue.js"
import { groupMetrics, rateOf } from "./metric-groups.js"

const entries = (metrics: Record<string, object>) =>
  Object.entries(metrics)
    .map(([name, metadata]) => catalogueEntry(name, { source: "source-a", ...metadata }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))

const prefixes = (metrics: Record<string, object>) => groupMetrics(entries(metrics)).groups.map(({ prefix }) => prefix)

test("few metrics are groups of their own, many share leading components", () => {
  expect(prefixes({ "lab.power": {}, "lab.temperature": {} })).toEqual(["lab.power", "lab.temperature"])
  expect(prefixes({ "lab.power": {} })).toEqual(["lab.power"])
  const nodes = Object.fromEntries(
    ["cpu", "memory"].flatMap((part) => Array.from({ length: 20 }, (_, i) => [`vm.${part}.${i}`, {}])),
  )
  expect(prefixes(nodes)).toEqual(["vm.cpu", "vm.memory"])
  const flat = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, {}]))
  expect(prefixes(flat)).toEqual([""])
  expect(prefixes({ lab: {}, "lab.a": {} })).toEqual(["lab", "lab.a"])
})

test("sums what is declared, and counts what is not", () => {
  const metrics = { a: { rate: 10 }, b: { interval: "2s" }, c: {}, d: { rate: -1 }, e: { archived: "2026-01-01" } }
  const list = Object.fromEntries(Object.entries(metrics).map(([name, metadata]) => [`lab.x.${name}`, metadata]))
  const { groups, names } = groupMetrics(entries({ ...list, other: { source: null } }))
  expect(names).not.toContain("other")
  const sum = { metrics: 0, rate: 0, unrated: 0 }
  for (const group of groups) {
    sum.metrics += group.metrics
    sum.rate += group.rate
    sum.unrated += group.unrated
  }
  expect(sum).toEqual({ metrics: 4, rate: 10.5, unrated: 2 })
  expect(rateOf({ rate: Number.POSITIVE_INFINITY })).toBeNaN()
})

test("a thousand sources have two groups each at most", () => {
  const list = Array.from({ length: 1000 }, (_, i) =>
    ["a", "b", "c"].map((name) => catalogueEntry(`n${i}.${name}`, { source: `source-${i}` })),
  )
    .flat()
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  expect(groupMetrics(list).groups).toHaveLength(1000)
})

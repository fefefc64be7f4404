import { expect, test } from "vitest"
import { networkEdges } from "./network-edges.js"

const group = (source: string, prefix: string, metrics: number) => ({
  source,
  prefix,
  metrics,
  rate: metrics,
  unrated: 0,
})

const unseen = { metrics: 0, rate: 0, declared: 0 }
const groups = [group("source-a", "lab.x", 2), group("source-a", "lab.y", 3)]

test("one edge for each pair", () => {
  const {
    edges,
    flows,
    groups: named,
  } = networkEdges(groups, [
    { group: 0, to: "db-a", metrics: 2, rate: 2, unrated: 1, seen: unseen },
    { group: 1, to: "db-a", metrics: 3, rate: 1 / 3, unrated: 0, seen: unseen },
    { group: 1, to: "db-a", metrics: 1, rate: 1, unrated: 0, seen: unseen },
  ])
  expect(named.map(({ id }) => id)).toEqual(["source-a|lab.x", "source-a|lab.y"])
  expect(flows).toEqual([
    { from: "source-a|lab.y", to: "db-a", metrics: 4, rate: 1.333, unrated: 0 },
    { from: "source-a|lab.x", to: "db-a", metrics: 2, rate: 2, unrated: 1 },
  ])
  expect(edges).toEqual([{ from: "source-a", to: "db-a", metrics: 6, rate: 3.333, unrated: 1 }])
})

test("what is measured is added up, and left out where nothing is", () => {
  const seen = [
    { metrics: 2, rate: 1.00004, declared: 2 },
    { metrics: 0, rate: 0, declared: 0 },
  ]
  const flow = (of: number) => ({ group: of, to: "db-a", metrics: 2, rate: 2, unrated: 0, seen: seen[of]! })
  const { edges, flows, groups: named } = networkEdges(groups, [flow(0), flow(1)], seen)
  expect(edges[0]!.measured).toEqual({ metrics: 2, rate: 1, declared: 2 })
  expect(flows.map(({ measured }) => measured)).toEqual([{ metrics: 2, rate: 1, declared: 2 }, undefined])
  expect(named.map(({ measured }) => measured?.metrics)).toEqual([2, undefined])
})

test("of too many edges the largest are there", () => {
  const many = Array.from({ length: 300 }, (_, i) => group(`source-${i}`, "x", i))
  const to = Array.from({ length: 100 }, (_, i) => `sink-${i}`)
  const flows = many.flatMap(({ metrics }, at) =>
    to.map((one) => ({ group: at, to: one, metrics, rate: 1, unrated: 0, seen: unseen })),
  )
  const { edges, left } = networkEdges(many, flows)
  expect([edges.length, left]).toEqual([20_000, 20_000])
  expect(Math.min(...edges.map(({ metrics }) => metrics))).toBe(100)
})

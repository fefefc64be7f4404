import { expect, test } from "vitest"
import { catalogueEntry } from "./catalogue.js"
import { countFacet } from "./facets.js"
import { searchMetrics } from "./metric-search.js"
import { childrenOf } from "./name-tree.js"

const entries = [
  catalogueEntry("lab.node1.cpu", { unit: "%", rate: 5, source: "source-a", historic: true }),
  catalogueEntry("lab.node1.power", { unit: "W", description: "Power of the node", source: "source-a", rate: 10 }),
  catalogueEntry("lab.power", { unit: "W", source: "source-b", hidden: true }),
  catalogueEntry("power", { unit: "W", archived: "2026-01-01" }),
  catalogueEntry("room.temperature", { unit: "°C", description: "near the power supply" }),
]

const names = (query: Parameters<typeof searchMetrics>[1]) => searchMetrics(entries, query).map(({ name }) => name)

test("all words must occur in name, description or unit, whatever their case", () => {
  expect(names({ words: "POWER" })).toEqual(["lab.node1.power", "room.temperature"])
  expect(names({ words: "POWER", state: "all" })).toEqual(["power", "lab.node1.power", "lab.power", "room.temperature"])
  expect(names({ words: "power node1" })).toEqual(["lab.node1.power"])
  expect(names({ words: "°c supply" })).toEqual(["room.temperature"])
  expect(names({ words: "nothing" })).toEqual([])
})

test("hidden and archived metrics are left out unless asked for", () => {
  expect(names({})).toEqual(["lab.node1.cpu", "lab.node1.power", "room.temperature"])
  expect(names({ state: "all" })).toHaveLength(5)
  expect(names({ state: "hidden" })).toEqual(["lab.power"])
  expect(names({ state: "stored" })).toEqual(["lab.node1.cpu"])
  expect(names({ state: "archived" })).toEqual(["power"])
})

test("units, sources and given names narrow the list; it is ordered as asked", () => {
  expect(names({ unit: "W", source: "source-a" })).toEqual(["lab.node1.power"])
  expect(names({ source: "" })).toEqual(["room.temperature"])
  expect(names({ rate: "10" })).toEqual(["lab.node1.power"])
  expect(names({ rate: "" })).toEqual(["room.temperature"])
  expect(names({ among: new Set(["power", "room.temperature"]) })).toEqual(["room.temperature"])
  expect(names({ sort: "rate", descending: true }).slice(0, 2)).toEqual(["lab.node1.power", "lab.node1.cpu"])
  expect(names({ sort: "name", descending: true })[0]).toBe("room.temperature")
})

test("a glob stands for whole names", () => {
  expect(names({ glob: "lab.**" })).toEqual(["lab.node1.cpu", "lab.node1.power"])
  expect(names({ glob: "lab.*", state: "all" })).toEqual(["lab.power"])
  expect(() => names({ glob: "*".repeat(2000) })).toThrow(/too long/)
})

test("values of a field are counted, with those that have none", () => {
  expect(countFacet(entries, "rate")).toEqual([
    { value: "", count: 3 },
    { value: "5", count: 1 },
    { value: "10", count: 1 },
  ])
  expect(countFacet(entries, "state")[0]).toEqual({ value: "live", count: 2 })
})

test("names are a tree by their dots", () => {
  expect(childrenOf(entries, "")).toEqual([
    { name: "lab", path: "lab", metrics: 3, leaf: false },
    { name: "power", path: "power", metrics: 0, leaf: true },
    { name: "room", path: "room", metrics: 1, leaf: false },
  ])
  expect(childrenOf(entries, "lab")).toEqual([
    { name: "node1", path: "lab.node1", metrics: 2, leaf: false },
    { name: "power", path: "lab.power", metrics: 0, leaf: true },
  ])
  expect(childrenOf(entries, "nothing")).toEqual([])
})

test("a keystroke's search among 100,000 metrics takes less than 50 ms of a core", () => {
  const many = Array.from({ length: 100_000 }, (_, i) =>
    catalogueEntry(`site.room${i % 100}.node${i}.sensor.power`, {
      unit: "W",
      description: "power of a node at the site",
    }),
  )
  searchMetrics(many, { words: "power" })
  const times = ["po", "power node9", "room7 sensor w"].map((words) => {
    const before = process.cpuUsage()
    expect(searchMetrics(many, { words }).length).toBeGreaterThan(100)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  expect(Math.min(...times)).toBeLessThan(50)
})

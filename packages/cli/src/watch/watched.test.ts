import { expect, test } from "vitest"
import { Watched } from "./watched.js"

function fakeNetwork(known: Record<string, { unit?: string }>) {
  const subscriptions: string[][] = []
  return {
    known,
    subscriptions,
    find: async () => new Map(Object.entries(known)),
    subscribe: async (metrics: readonly string[]) => void subscriptions.push([...metrics]),
  }
}

test("metrics are subscribed to once, and those that appear later join", async () => {
  const network = fakeNetwork({ "lab.a": { unit: "W" } })
  const watched = new Watched(network, ["lab.*"])
  await watched.search()
  network.known["lab.b"] = {}
  network.known["lab.a"] = { unit: "kW" }
  await watched.search()
  expect(network.subscriptions).toEqual([["lab.a"], ["lab.b"]])
  expect([...watched.metrics]).toEqual([
    ["lab.a", { unit: "kW" }],
    ["lab.b", {}],
  ])
})

test("a plain name is subscribed to even if nobody knows it", async () => {
  const network = fakeNetwork({})
  const watched = new Watched(network, ["lab.later", "lab.*"])
  await watched.search()
  expect(network.subscriptions).toEqual([["lab.later"]])
})

test("no more than the limit, the rest is counted", async () => {
  const network = fakeNetwork(Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`m.${index}`, {}])))
  const watched = new Watched(network, ["**"], 1200)
  await watched.search()
  expect(network.subscriptions.map((batch) => batch.length)).toEqual([1000, 200])
  expect(watched.omitted).toBe(1300)
  await watched.search()
  expect(watched.metrics.size).toBe(1200)
})

test("a subscription that failed is tried again", async () => {
  const network = fakeNetwork({ "lab.a": {} })
  const failing = { ...network, subscribe: async () => Promise.reject(new Error("lost")) }
  const watched = new Watched({ find: network.find, subscribe: (names) => current.subscribe(names) }, ["lab.*"])
  let current: { subscribe(names: readonly string[]): Promise<void> } = failing
  await expect(watched.search()).rejects.toThrow("lost")
  current = network
  await watched.search()
  expect(network.subscriptions).toEqual([["lab.a"]])
})

test("following ends with its signal", async () => {
  const stop = new AbortController()
  const following = new Watched(fakeNetwork({}), ["**"]).follow(stop.signal, () => {})
  stop.abort()
  await following
})

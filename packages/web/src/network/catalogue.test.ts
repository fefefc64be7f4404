import { type Metadata, RPCError, silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import { Catalogue, type CatalogueClient } from "./catalogue.js"

/** A manager with these documents, two to a page. */
function manager(documents: Record<string, Metadata>): CatalogueClient {
  const rpc = async (name: string, { after = "", metrics: asked = [] }: { after?: string; metrics?: string[] }) => {
    if (name === "metadata.get")
      return { metadata: Object.fromEntries(asked.map((each) => [each, documents[each] ?? null])) }
    const names = Object.keys(documents)
      .sort()
      .filter((name) => name > after)
    const page = names.slice(0, 2)
    const metrics = Object.fromEntries(page.map((name) => [name, documents[name]]))
    return names.length > 2 ? { metrics, next: page.at(-1) } : { metrics }
  }
  return { rpc, getMetrics: async () => documents } as unknown as CatalogueClient
}

test("reads page after page; what has not changed stays the same, also the list", async () => {
  const documents: Record<string, Metadata> = {
    "b.x": { unit: "W", _rev: "1-a", source: "source-a" },
    "a.x": { unit: "V", _rev: "1-b" },
    "a.y": { unit: "W", _rev: "1-c", hidden: true },
  }
  const catalogue = new Catalogue(manager(documents), silentLogger)
  expect(catalogue.trouble).toBeDefined()
  await catalogue.refresh()
  expect(catalogue.trouble).toBeUndefined()
  const list = catalogue.list()
  expect(list.map(({ name }) => name)).toEqual(["a.x", "a.y", "b.x"])
  expect(catalogue.get("b.x")?.metadata).toEqual({ unit: "W", source: "source-a" })
  expect(catalogue.facets().unit).toEqual([
    { value: "W", count: 2 },
    { value: "V", count: 1 },
  ])
  await catalogue.refresh()
  expect(catalogue.list()).toBe(list)

  documents["a.x"] = { unit: "mV", _rev: "2-d" }
  delete documents["a.y"]
  await catalogue.refresh()
  expect(catalogue.list().map(({ metadata }) => metadata.unit)).toEqual(["mV", "W"])
  expect(catalogue.list()[1]).toBe(list[2])
})

test("reads only what was changed when it is told so", async () => {
  const documents: Record<string, Metadata> = { "a.x": { unit: "W", _rev: "1-a" }, "b.x": { unit: "V", _rev: "1-b" } }
  const catalogue = new Catalogue(manager(documents), silentLogger)
  await catalogue.refresh()
  const [, kept] = catalogue.list()
  documents["a.x"] = { unit: "mW", hidden: true, _rev: "2-a" }
  documents["b.x"] = { unit: "unnoticed", _rev: "2-b" }
  documents["a.b"] = { unit: "A", _rev: "1-c" }
  await catalogue.update(["a.x", "a.b", "never.was"])
  expect(catalogue.list().map(({ name, state }) => [name, state])).toEqual([
    ["a.b", "live"],
    ["a.x", "hidden"],
    ["b.x", "live"],
  ])
  expect(catalogue.get("b.x")).toBe(kept)
  expect(catalogue.get("a.x")?.metadata).toEqual({ unit: "mW", hidden: true })
  delete documents["a.x"]
  await catalogue.update(["a.x"])
  expect(catalogue.get("a.x")).toBeUndefined()
  expect(catalogue.facets().unit).not.toContainEqual({ value: "mW", count: 1 })
})

test("a manager that cannot list pages is asked in the way of the original", async () => {
  const rpc = async () => Promise.reject(new RPCError("'Missing rpc handler for metadata.list'"))
  const client = { rpc, getMetrics: async () => ({ "a.b": {} }) } as unknown as CatalogueClient
  const catalogue = new Catalogue(client, silentLogger)
  await catalogue.refresh()
  expect(catalogue.size).toBe(1)
})

test("a manager that is away is told about, and what was read stays", async () => {
  const documents: Record<string, Metadata> = { "a.b": {} }
  const client = manager(documents)
  const catalogue = new Catalogue(client, silentLogger)
  await catalogue.start()
  catalogue.stop()
  Object.assign(client, { rpc: async () => Promise.reject(new Error("no manager")) })
  await expect(catalogue.refresh()).rejects.toThrow("no manager")
  expect(catalogue.size).toBe(1)
})

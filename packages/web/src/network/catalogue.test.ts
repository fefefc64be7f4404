import { type Metadata, RPCError, silentLogger } from "@metricq/client"
import { expect, test } from "vitest"
import { Catalogue, type CatalogueClient } from "./catalogue.js"

/** A manager with these documents, two to a page. */
function manager(documents: Record<string, Metadata>): CatalogueClient {
  const rpc = async (_name: string, { after = "" }: { after?: string }) => {
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

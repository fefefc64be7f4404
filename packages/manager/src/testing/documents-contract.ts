import type { JsonObject } from "@metricq/client"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { ConflictError } from "../documents/errors.js"
import type { DocumentStore, MetricChange } from "../documents/store.js"
import type { StoreMaker, StoreUnderTest } from "./store-under-test.js"

/** What `DocumentStore` promises, whatever it keeps the documents in. Called inside of a `describe`. */
export function documentsContract(make: StoreMaker): void {
  let place: StoreUnderTest
  let store: DocumentStore

  beforeEach(async () => {
    place = await make()
    store = await place.open()
  })

  afterEach(async () => {
    await store.close()
    await place.end()
  })

  async function reopen(): Promise<void> {
    await store.close()
    store = await place.open()
  }

  const put = (bodies: Record<string, JsonObject>) => store.update("metadata", Object.keys(bodies), (id) => bodies[id])

  async function ids(range = {}): Promise<string[]> {
    const found: string[] = []
    for await (const batch of store.range("metadata", range)) found.push(...batch.map(({ id }) => id))
    return found
  }

  describe("documents", () => {
    test("are there with a revision that counts, and survive a restart", async () => {
      await put({ "a.b": { unit: "W", nested: { list: [1, null, "ä ☃"] } } })
      await put({ "a.b": { unit: "kW" } })
      const [before] = await store.getMany("metadata", ["a.b"])
      expect(before).toMatchObject({ id: "a.b", body: { unit: "kW" }, sizeBytes: 13 })
      expect(before?.revision).toMatch(/^2-[0-9a-f]{32}$/)
      await reopen()
      expect(await store.getMany("metadata", ["a.b", "a.c", "", "x".repeat(5000)])).toEqual([
        before,
        undefined,
        undefined,
        undefined,
      ])
    })

    test("written as they are keep their revision and tell nobody", async () => {
      await put({ "a.b": { unit: "W" } })
      const [before] = await store.getMany("metadata", ["a.b"])
      const told: MetricChange[] = []
      store.watchMetrics((changes) => told.push(...changes))
      expect(await put({ "a.b": { unit: "W" } })).toBe(0)
      expect(await store.getMany("metadata", ["a.b"])).toEqual([before])
      expect(told).toEqual([])
    })

    test("are changed from what is there, deleted by null, left by undefined", async () => {
      await put({ a: { n: 1 }, b: { n: 1 }, c: { n: 1 } })
      const seen: [string, unknown][] = []
      const count = await store.update("metadata", ["a", "b", "c", "d", "a"], (id, current) => {
        seen.push([id, current?.n])
        if (id === "b") return null
        if (id === "c") return undefined
        return { n: ((current?.n as number) ?? 0) + 1 }
      })
      expect(seen).toEqual([
        ["a", 1],
        ["b", 1],
        ["c", 1],
        ["d", undefined],
        ["a", 2],
      ])
      expect(count).toBe(3)
      expect((await store.getMany("metadata", ["a", "b", "c", "d"])).map((found) => found?.body.n)).toEqual([
        3,
        undefined,
        1,
        1,
      ])
    })

    test("a change that throws leaves its batch as it was and passes the error on", async () => {
      await put({ a: { n: 1 } })
      const broken = store.update("metadata", ["a", "b"], (id) => {
        if (id === "b") throw new RangeError("no")
        return { n: 2 }
      })
      await expect(broken).rejects.toThrow(RangeError)
      expect((await store.getMany("metadata", ["a", "b"])).map((found) => found?.body)).toEqual([{ n: 1 }, undefined])
    })

    test("that are too large, or have no proper id, are refused", async () => {
      await expect(put({ a: { text: "x".repeat(1024 * 1024) } })).rejects.toMatchObject({ code: "document-size" })
      await expect(put({ ["x".repeat(2000)]: {} })).rejects.toMatchObject({ code: "document-id" })
      await expect(put({ "": {} })).rejects.toMatchObject({ code: "document-id" })
      expect(await ids()).toEqual([])
    })

    test("concurrent changes of one document are all applied", async () => {
      const add = () => store.update("clients", ["x"], (_, current) => ({ n: ((current?.n as number) ?? 0) + 1 }))
      await Promise.all(Array.from({ length: 50 }, add))
      expect((await store.getMany("clients", ["x"]))[0]?.body).toEqual({ n: 50 })
    })

    test("come in ranges by prefix, after and limit, over any number of batches", async () => {
      const names = Array.from({ length: 1203 }, (_, i) => `p.${String(i).padStart(4, "0")}`)
      await put(Object.fromEntries([...names, "o.z", "q.a", "p"].map((name) => [name, {}])))
      expect(await ids()).toEqual(["o.z", "p", ...names, "q.a"])
      expect(await ids({ prefix: "p." })).toEqual(names)
      expect(await ids({ prefix: "p.", after: "p.1000" })).toEqual(names.slice(1001))
      expect(await ids({ prefix: "p.", after: "a", limit: 501 })).toEqual(names.slice(0, 501))
      expect(await ids({ prefix: "p.", after: "z" })).toEqual([])
      expect(await ids({ limit: 0 })).toEqual([])
    })

    test("the marks of metrics follow their documents", async () => {
      const told: MetricChange[][] = []
      const stop = store.watchMetrics((changes) => told.push([...changes]))
      await put({ a: { historic: true }, b: { hidden: true }, c: { historic: "yes", hidden: 1 } })
      await store.update("metadata", ["a"], () => null)
      stop()
      await put({ d: {} })
      expect(told).toEqual([
        [
          { name: "a", historic: true, hidden: false, gone: false },
          { name: "b", historic: false, hidden: true, gone: false },
          { name: "c", historic: false, hidden: false, gone: false },
        ],
        [{ name: "a", historic: false, hidden: false, gone: true }],
      ])
      await reopen()
      const marks = []
      for await (const batch of store.metricMarks()) marks.push(...batch)
      expect(marks).toEqual([
        { name: "b", historic: false, hidden: true },
        { name: "c", historic: false, hidden: false },
        { name: "d", historic: false, hidden: false },
      ])
    })
  })

  describe("configurations", () => {
    const by = (author: string, base?: string | null) => ({ author, note: `by ${author}`, base })

    test("keep their versions, over a restart", async () => {
      const first = await store.putConfig("source-a", { rate: 1 }, by("ann"))
      const second = await store.putConfig("source-a", { rate: 2 }, by("bob", first.revision))
      await reopen()
      expect(await store.config("source-a")).toEqual(second)
      expect(second).toMatchObject({ version: 2, author: "bob", note: "by bob", deleted: false, config: { rate: 2 } })
      expect(await store.configVersions("source-a")).toEqual([second, first])
      expect(await store.configVersions("source-a", { before: 2 })).toEqual([first])
      expect(await store.configVersion("source-a", 1)).toEqual(first)
      expect(await store.configVersion("source-a", 3)).toBeUndefined()
      expect(await store.configs()).toEqual([second])
    })

    test("a stale base is refused and shows what is there", async () => {
      const first = await store.putConfig("t", { rate: 1 }, by("ann", null))
      const second = await store.putConfig("t", { rate: 2 }, by("bob", first.revision))
      const stale = store.putConfig("t", { rate: 3 }, by("ann", first.revision))
      await expect(stale).rejects.toThrow(
        `configuration of t is at revision ${second.revision} by bob, yours was based on ${first.revision}`,
      )
      await expect(stale).rejects.toMatchObject({ code: "conflict", current: second })
      await expect(store.putConfig("t", {}, by("ann", null))).rejects.toThrow(ConflictError)
      await expect(store.putConfig("new", {}, by("ann", first.revision))).rejects.toThrow(ConflictError)
      await expect(store.deleteConfig("t", by("ann", first.revision))).rejects.toThrow(ConflictError)
      expect(await store.config("t")).toEqual(second)
    })

    test("of many writers on the same base exactly one wins", async () => {
      const { revision } = await store.putConfig("t", { rate: 0 }, by("ann"))
      const writes = Array.from({ length: 20 }, (_, i) => store.putConfig("t", { rate: i + 1 }, by(`w${i}`, revision)))
      const outcomes = await Promise.allSettled(writes)
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    })

    test("the same content again is no new version", async () => {
      const first = await store.putConfig("t", { rate: 1 }, by("ann"))
      expect(await store.putConfig("t", { rate: 1 }, by("bob"))).toEqual(first)
    })

    test("a deleted one is gone, its versions stay, its numbers go on", async () => {
      const first = await store.putConfig("t", { rate: 1 }, by("ann"))
      expect(await store.deleteConfig("t", by("bob"))).toMatchObject({ version: 2, deleted: true, author: "bob" })
      expect(await store.deleteConfig("t", by("bob"))).toBeUndefined()
      expect(await store.config("t")).toBeUndefined()
      expect(await store.configs()).toEqual([])
      expect(await store.configVersion("t", 1)).toEqual(first)
      expect(await store.putConfig("t", { rate: 1 }, by("ann", null))).toMatchObject({ version: 3 })
    })

    describe("of which old versions go", () => {
      const kept = async (token = "t") => (await store.configVersions(token)).map(({ version }) => version)
      const limits = { versions: 3, replacedBefore: undefined, except: [] }

      beforeEach(async () => {
        await store.putConfig("other", {}, by("ann"))
        for (let rate = 0; rate < 10; rate++) await store.putConfig("t", { rate }, by("ann"))
      })

      test("so many of each token stay", async () => {
        expect(await store.pruneConfig("t", limits)).toBe(7)
        expect(await kept()).toEqual([10, 9, 8])
        expect(await kept("other")).toEqual([1])
        expect(await store.pruneConfig("t", limits)).toBe(0)
      })

      test("those that are needed stay", async () => {
        await store.pruneConfig("t", { ...limits, except: [2, 5, 99] })
        expect(await kept()).toEqual([10, 9, 8, 5, 2])
        await store.pruneConfig("t", { ...limits, versions: 1, except: [2] })
        expect(await kept()).toEqual([10, 2])
      })

      test("those replaced long ago go, but never the newest, nor one that was replaced later", async () => {
        const times = new Map((await store.configVersions("t")).map(({ version, time }) => [version, time]))
        await store.pruneConfig("t", { versions: 100, replacedBefore: times.get(10), except: [] })
        expect((await kept())[0]).toBe(10)
        expect(await kept()).toContain(9)
        await store.pruneConfig("t", { versions: 100, replacedBefore: "9999", except: [9] })
        expect(await kept()).toEqual([10, 9])
        expect(await store.config("t")).toMatchObject({ version: 10, config: { rate: 9 } })
      })

      test("a deletion is the newest, and every token has its turn", async () => {
        await store.deleteConfig("t", by("ann"))
        await store.pruneConfig("t", { ...limits, versions: 1 })
        expect(await kept()).toEqual([11])
        expect(await store.configTokens()).toEqual(["other", "t"])
        expect(await store.pruneConfig("unknown", limits)).toBe(0)
      })

      test("hundreds go at once", async () => {
        for (let rate = 0; rate < 240; rate++) await store.putConfig("t", { rate }, by("ann"))
        expect(await store.pruneConfig("t", { ...limits, except: [1] })).toBe(246)
        expect(await kept()).toEqual([250, 249, 248, 1])
      })
    })
  })
}

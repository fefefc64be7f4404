import { Administrators, type JsonObject, type RpcContext, silentLogger } from "@metricq/client"
import fc from "fast-check"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { DocumentStore } from "../documents/store.js"
import { declarationsOf, declare } from "../functions/declaration.js"
import { metadataFunctions } from "../functions/metadata.js"
import { Contests } from "../metrics/contests.js"
import type { MetadataChange } from "../metrics/metadata-change.js"
import type { Services } from "../services.js"
import type { StoreMaker, StoreUnderTest } from "./store-under-test.js"

/** What metadata in layers promises, whatever it is kept in. Called inside of a `describe`. */
export function layersContract(make: StoreMaker): void {
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

  function services(): Services {
    const administrators = new Administrators(["ann"], "the test")
    return { documents: store, administrators, contests: new Contests(), logger: silentLogger } as unknown as Services
  }

  function call(name: string, args: JsonObject): Promise<JsonObject> {
    return metadataFunctions(services())[name]!(args, { function: name, userId: "ann" } as RpcContext)
  }

  /** What a metric is, as anybody would write it down. */
  interface Model {
    declared: JsonObject
    overlay: JsonObject
  }

  type Step =
    | { do: "declare"; token: string; keys: JsonObject }
    | { do: "set"; keys: JsonObject }
    | { do: "store"; historic: boolean }
    | { do: "delete" | "restore" | "restart" }
    | { do: "forget"; key: string }

  const key = fc.constantFrom("unit", "rate", "hidden", "constructor")
  const value = fc.constantFrom<JsonObject[string]>("W", 5, true, { a: [1] })
  const keysOf = (values: fc.Arbitrary<JsonObject[string]>) =>
    fc.array(fc.tuple(key, values), { maxLength: 3 }).map((entries): JsonObject => Object.fromEntries(entries))
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("declare"), token: fc.constantFrom("a", "b"), keys: keysOf(value) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("set"), keys: keysOf(fc.option(value)) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("store"), historic: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("delete", "restore") }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("forget"), key }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("restart") }) },
  ) as fc.Arbitrary<Step>

  /** The model after a step; `deleted` is what a restoration brings back. */
  function follow(
    model: Model | undefined,
    deleted: Model | undefined,
    step: Step,
  ): [Model | undefined, Model | undefined] {
    const { declared, overlay } = model ?? { declared: {}, overlay: {} }
    switch (step.do) {
      case "declare":
        return [{ declared: { ...declared, ...step.keys, source: step.token }, overlay }, deleted]
      case "set": {
        const entries = Object.entries(step.keys)
        if (!model && entries.length > 0 && entries.every(([, value]) => value === null)) return [model, deleted]
        const merged = new Map([...Object.entries(overlay), ...entries])
        return [{ declared, overlay: Object.fromEntries([...merged].filter(([, value]) => value !== null)) }, deleted]
      }
      case "store": {
        const { historic: _, ...rest } = declared
        if (step.historic) return [{ declared: { ...declared, historic: true }, overlay }, deleted]
        return [model && { declared: rest, overlay }, deleted]
      }
      case "delete":
        return model ? [undefined, model] : [model, deleted]
      case "restore":
        if (!deleted) return [model, deleted]
        return [
          { declared: { ...deleted.declared, ...declared }, overlay: { ...deleted.overlay, ...overlay } },
          undefined,
        ]
      case "forget": {
        const without = (layer: JsonObject) =>
          Object.fromEntries(Object.entries(layer).filter(([key]) => key !== step.key))
        return [model && { declared: without(declared), overlay: without(overlay) }, deleted]
      }
      case "restart":
        return [model, deleted]
    }
  }

  async function perform(step: Step, name: string): Promise<void> {
    const metrics = [name]
    if (step.do === "declare") await declare(services(), step.token, declarationsOf({ [name]: step.keys }))
    else if (step.do === "set") await call("metadata.set", { metadata: { [name]: step.keys } })
    else if (step.do === "delete") await call("metadata.delete", { metrics })
    else if (step.do === "restore") await call("metadata.restore", { metrics })
    else if (step.do === "forget") await call("metadata.delete", { metrics, keys: [step.key] })
    else if (step.do === "store") {
      // What db.subscribe and db.unsubscribe do.
      await store.update("metadata", metrics, (_, { historic, ...rest } = {}) =>
        step.historic ? { ...rest, historic: true } : Object.keys(rest).length > 0 || historic ? rest : undefined,
      )
    } else {
      await store.close()
      store = await place.open()
    }
  }

  async function layersNow(name: string): Promise<{ document: JsonObject | null; layers: Model | null }> {
    const answer = await call("metadata.get", { metrics: [name], layers: true })
    const document = (answer.metadata as Record<string, JsonObject | null>)[name] ?? null
    const layers = (answer.layers as unknown as Record<string, Model | null>)[name] ?? null
    const plain = ({ _id, _rev, date: _, ...rest }: JsonObject) => rest
    return { document: document && plain(document), layers: layers && { ...layers, declared: plain(layers.declared) } }
  }

  async function historyOf(metric: string): Promise<MetadataChange[]> {
    return (await call("metadata.history", { metric })).changes as unknown as MetadataChange[]
  }

  test("any interleaving of declaring, setting, deleting, restoring and restarting is what a plain model says", {
    timeout: 60_000,
  }, async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const name = `m.${round++}`
        let model: Model | undefined
        let deleted: Model | undefined
        for (const each of steps) {
          const before = model && { ...model.declared, ...model.overlay }
          const noted = (await historyOf(name)).length
          ;[model, deleted] = follow(model, deleted, each)
          await perform(each, name)
          const after = model && { ...model.declared, ...model.overlay }
          expect(await layersNow(name)).toEqual({ document: after ?? null, layers: model ?? null })
          if (each.do === "store") continue
          const changes = await historyOf(name)
          const isChange = !isSame(before, after)
          expect(changes).toHaveLength(noted + (isChange ? 1 : 0))
          if (isChange)
            for (const [key, { before: was, after: is }] of Object.entries(changes[0]!.keys)) {
              expect([was, is]).toEqual([valueIn(before, key), valueIn(after, key)])
            }
        }
      }),
      { numRuns: 60 },
    )
  })

  function valueIn(document: JsonObject | undefined, key: string) {
    return document && Object.hasOwn(document, key) ? document[key] : undefined
  }

  function isSame(a: JsonObject | undefined, b: JsonObject | undefined): boolean {
    if (!a || !b) return a === b
    const text = (document: JsonObject) =>
      JSON.stringify(
        Object.entries(document)
          .filter(([key]) => key !== "historic")
          .sort(([x], [y]) => (x < y ? -1 : 1)),
      )
    return text(a) === text(b)
  }

  test("a declaration that changes nothing keeps the history, and moves only the date", async () => {
    const declared = { "lab.power": { unit: "W", list: [1, { a: 2 }] } }
    await declare(services(), "source-a", declarationsOf(declared))
    await call("metadata.set", { metadata: { "lab.power": { unit: "kW" } }, by: "bob" })
    await declare(services(), "source-a", declarationsOf(declared))
    await declare(services(), "source-b", declarationsOf({ "lab.power": { rate: 5 } }))
    expect(await historyOf("lab.power")).toEqual([
      {
        ...{ time: expect.any(String), action: "declare", author: "source-b" },
        keys: { source: { before: "source-a", after: "source-b" }, rate: { after: 5 } },
      },
      {
        ...{ time: expect.any(String), action: "set", author: "ann", by: "bob" },
        keys: { unit: { before: "W", after: "kW" } },
      },
      { time: expect.any(String), action: "declare", author: "source-a", keys: {} },
    ])
  })

  test("`historic`, `source` and `date` are set where they stand, not over what the network notes", async () => {
    await declare(services(), "source-a", declarationsOf(["lab.power"]))
    await call("metadata.set", { metadata: { "lab.power": { historic: false, source: "source-x" } } })
    await store.update("metadata", ["lab.power"], (_, current) => ({ ...current, historic: true }))
    await declare(services(), "source-a", declarationsOf(["lab.power"]))
    expect(await layersNow("lab.power")).toEqual({
      document: { source: "source-a", historic: true },
      layers: { declared: { source: "source-a", historic: true }, overlay: {} },
    })
  })

  test("changes after a restart stand behind those before it, whatever the clock says", async (t) => {
    const set = (rate: number) => call("metadata.set", { metadata: { "a.b": { rate } } })
    await set(1)
    await perform({ do: "restart" }, "a.b")
    const clock = vi.spyOn(Date, "now").mockReturnValue(1000)
    t.onTestFinished(() => clock.mockRestore())
    await set(2)
    await perform({ do: "restart" }, "a.b")
    await set(3)
    expect((await historyOf("a.b")).map(({ keys }) => keys.rate?.after)).toEqual([3, 2, 1])
  })

  test("50 changes are kept of each metric, also of one that comes and goes", async () => {
    for (let rate = 0; rate < 60; rate++) await call("metadata.set", { metadata: { "a.b": { rate } } })
    const changes = await historyOf("a.b")
    expect(changes).toHaveLength(50)
    expect(changes[0]?.keys.rate).toEqual({ before: 58, after: 59 })
    for (let round = 0; round < 30; round++) {
      await call("metadata.delete", { metrics: ["a.b"] })
      await call("metadata.restore", { metrics: ["a.b"] })
    }
    expect((await historyOf("a.b")).map(({ action }) => action).slice(0, 2)).toEqual(["restore", "delete"])
    expect(await store.metadataHistory("a.b", 1000)).toHaveLength(50)
    expect((await call("metadata.history", { metric: "a.b", limit: 1 })).changes).toHaveLength(1)
    expect(await historyOf("a.bc")).toEqual([])
  })

  test("what was deleted is listed until it is restored, page by page", async () => {
    await declare(services(), "source-a", declarationsOf(["a", "b", "c"]))
    await call("metadata.delete", { metrics: ["a", "b", "c", "never"], by: "bob" })
    const first = await call("metadata.deleted", { limit: 2 })
    expect(first).toMatchObject({ metrics: { a: { author: "ann", by: "bob" }, b: {} }, next: "b" })
    const { time, until } = (first.metrics as Record<string, { time: string; until: string }>).a!
    expect(Date.parse(until) - Date.parse(time)).toBe(30 * 24 * 3600 * 1000)
    expect(await call("metadata.restore", { metrics: ["b", "never"] })).toEqual({ restored: ["b"] })
    expect(Object.keys((await call("metadata.deleted", {})).metrics as JsonObject)).toEqual(["a", "c"])
    expect(Object.keys((await call("metadata.deleted", { after: "a" })).metrics as JsonObject)).toEqual(["c"])
  })

  test("a renamed metric keeps what was set, and what nobody else declares", async () => {
    await declare(services(), "source-a", declarationsOf({ "lab.old": { unit: "W" }, "lab.other": { unit: "V" } }))
    await declare(services(), "source-b", declarationsOf({ "lab.new": { unit: "kW" } }))
    await call("metadata.set", {
      metadata: {
        "lab.old": { description: "main feed", note: "x" },
        "lab.new": { note: "y" },
        "lab.other": { note: "z" },
      },
    })
    const metrics = { "lab.old": "lab.new", "lab.other": "lab.fresh", "lab.none": "lab.unused" }
    expect(await call("metadata.rename", { metrics, by: "bob" })).toEqual({ renamed: ["lab.old", "lab.other"] })
    const [renamed, fresh] = await store.metadataLayers(["lab.new", "lab.fresh"])
    expect(renamed).toMatchObject({
      declared: { unit: "kW", source: "source-b" },
      overlay: { description: "main feed", note: "y" },
    })
    expect(fresh).toMatchObject({ declared: { unit: "V", source: "source-a" }, overlay: { note: "z" } })
    expect(await store.metadataLayers(["lab.old", "lab.other", "lab.none", "lab.unused"])).toEqual(
      Array(4).fill(undefined),
    )
    expect((await historyOf("lab.new"))[0]).toMatchObject({ action: "rename", author: "ann", by: "bob" })
    expect(await call("metadata.rename", { metrics })).toEqual({ renamed: [] })
    expect(await call("metadata.restore", { metrics: ["lab.old"] })).toEqual({ restored: ["lab.old"] })
    for (const wrong of [{ a: "b", c: "b" }, { a: "b", b: "c" }, { a: 1 }, { a: "" }]) {
      await expect(call("metadata.rename", { metrics: wrong as JsonObject })).rejects.toThrow()
    }
  })
}

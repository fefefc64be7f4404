import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { JsonObject } from "@metricq/client"
import fc from "fast-check"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { AnswerBudget } from "../answer-budget.js"
import { openDocuments } from "../documents/lmdb-documents.js"
import type { DocumentStore } from "../documents/store.js"
import { MetricCatalog, type MetricSelection } from "./metric-catalog.js"
import { parsePattern } from "./pattern.js"
import { PatternMatcher } from "./pattern-matcher.js"

let folder: string
let store: DocumentStore
let catalog: MetricCatalog

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "metricq-catalog-"))
  store = await openDocuments(folder)
  catalog = await MetricCatalog.open(store)
})

afterEach(async () => {
  await catalog.close()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const put = (bodies: Record<string, JsonObject | null>) =>
  store.update("metadata", Object.keys(bodies), (id) => bodies[id])
const declare = (names: readonly string[]) => put(Object.fromEntries(names.map((name) => [name, {}])))
const select = (selection: MetricSelection) => catalog.select(selection, new AnswerBudget("ask for less"))

describe("a selection", () => {
  const component = fc.constantFrom("a", "ab", "abc", "b", "b1", "c_d", "d-e", "ä")
  const name = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."))
  const body = fc.record({ historic: fc.boolean(), hidden: fc.boolean() }, { requiredKeys: [] })
  const flag = fc.constantFrom(undefined, true, false)
  const part = fc.constantFrom("", "a", "ab.", "b", "b.c", "1", ".", "ä", "nothing")
  const regex = fc.constantFrom(
    "a",
    "^a",
    "^ab\\.",
    "^a*b",
    "b$",
    "^(a|b)\\.",
    "^ab?c",
    "(?i)^AB",
    "c_d|d-e",
    "^$",
    "\\.b1",
    "^ab{1}c",
  )
  const what = fc.oneof(
    fc.constant({}),
    part.map((prefix) => ({ prefix })),
    part.map((infix) => ({ infix })),
    regex.map((text) => ({ pattern: parsePattern(text) })),
    fc.array(name, { maxLength: 5 }).map((names) => ({ names })),
  )
  const rest = fc.record({
    historic: flag,
    hidden: flag,
    limit: fc.constantFrom(undefined, 0, 1, 3),
    after: fc.option(name, { nil: undefined }),
  })

  test("is what a plain filter over all documents gives", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, body, { maxKeys: 40 }),
        fc.array(fc.tuple(what, rest), { maxLength: 8 }),
        async (bodies, wishes) => {
          const old: string[] = []
          for await (const batch of store.range("metadata")) old.push(...batch.map(({ id }) => id))
          await put({ ...Object.fromEntries(old.map((id) => [id, null])), ...(bodies as Record<string, JsonObject>) })
          for (const [kind, others] of wishes) {
            const selection: MetricSelection = { ...kind, ...others }
            expect(await select(selection)).toEqual(naive(bodies, selection))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  function naive(bodies: Record<string, { historic?: boolean; hidden?: boolean }>, wish: MetricSelection): string[] {
    const matches = (name: string) => {
      if (wish.names) return wish.names.includes(name)
      if (wish.pattern) return new RegExp(wish.pattern.source, wish.pattern.flags).test(name)
      const { infix } = wish
      if (infix === undefined) return name.startsWith(wish.prefix ?? "")
      const parts = name.split(".")
      return parts.some((_, i) => parts.slice(i).join(".").startsWith(infix))
    }
    return Object.keys(bodies)
      .sort()
      .filter((name) => matches(name) && (wish.after === undefined || name > wish.after))
      .filter((name) => wish.historic === undefined || wish.historic === (bodies[name]?.historic === true))
      .filter((name) => wish.hidden === undefined || wish.hidden === (bodies[name]?.hidden === true))
      .slice(0, wish.limit)
  }
})

describe("the catalog", () => {
  test("follows writes, and a restart finds the same", async () => {
    await put({ a: { historic: true }, b: {} })
    await put({ a: {}, c: { hidden: true } })
    await put({ b: null })
    expect(await select({})).toEqual(["a", "c"])
    expect(await select({ historic: true })).toEqual([])
    expect(await select({ hidden: true })).toEqual(["c"])
    expect(catalog.size).toBe(2)
    await catalog.close()
    catalog = await MetricCatalog.open(store)
    expect(await select({ hidden: true })).toEqual(["c"])
  })

  test("misses nothing that is written while it is opened", async () => {
    const names = Array.from({ length: 9000 }, (_, i) => `m.${i}`)
    await declare(names)
    await catalog.close()
    const opening = MetricCatalog.open(store)
    await put({ "m.0": null, "m.1": { historic: true }, new: {} })
    catalog = await opening
    expect(catalog.size).toBe(9000)
    expect(await select({ historic: true })).toEqual(["m.1"])
    expect(await select({ names: ["m.0", "new"] })).toEqual(["new"])
  })

  test("gives documents with revisions, and pages by limit and after", async () => {
    await put({ "a.x": { unit: "W" }, "a.y": { unit: "A" }, "b.x": {} })
    const first = await catalog.documents({ prefix: "a.", limit: 1 }, new AnswerBudget(""))
    expect(first).toMatchObject([{ id: "a.x", body: { unit: "W" } }])
    expect(await select({ prefix: "a.", limit: 1, after: "a.x" })).toEqual(["a.y"])
    expect(await select({ prefix: "a.", after: "a.y" })).toEqual([])
  })

  test("refuses an answer that would be too large", async () => {
    await put(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`m.${i}`, { text: "x".repeat(1000) }])))
    await expect(catalog.select({}, new AnswerBudget("take less", 500))).rejects.toThrow("12 MiB; take less")
    await expect(catalog.documents({}, new AnswerBudget("take less", 50_000))).rejects.toThrow("12 MiB; take less")
    expect(await catalog.documents({ limit: 40 }, new AnswerBudget("", 50_000))).toHaveLength(40)
  })
})

describe("a regular expression", () => {
  test("that does not end is stopped, and the next search works", async () => {
    await declare([`${"a".repeat(40)}!`, "b.c"])
    const start = performance.now()
    await expect(select({ pattern: parsePattern("^(a+)+$") })).rejects.toThrow(
      '"^(a+)+$" was stopped: it takes more than 200 ms',
    )
    expect(performance.now() - start).toBeGreaterThan(200)
    expect(await select({ pattern: parsePattern("^b") })).toEqual(["b.c"])
  })

  test("that does not end keeps neither the loop nor others waiting", async () => {
    await declare([`${"a".repeat(40)}!`, "b.c"])
    const hostile = Promise.allSettled(Array.from({ length: 6 }, () => select({ pattern: parsePattern("(a+)+$") })))
    expect(await select({ pattern: parsePattern("c$") })).toEqual(["b.c"])
    for (const { status } of await hostile) expect(status).toBe("rejected")
  })

  test("that is slow for every name is stopped in the end", async () => {
    await catalog.close()
    catalog = await MetricCatalog.open(store, new PatternMatcher(500))
    await declare(Array.from({ length: 4000 }, (_, i) => `${"a".repeat(17)}!${i}`))
    await expect(select({ pattern: parsePattern("^(a+)+$") })).rejects.toThrow("the search takes too long")
  })

  test("that is none is refused with the reason", () => {
    expect(() => parsePattern("a(")).toThrow('"a(" is not a regular expression')
    expect(() => parsePattern("x".repeat(5000))).toThrow("at most 4096")
  })
})

test("of two hundred thousand names each question leaves the event loop free", { timeout: 60_000 }, async () => {
  await declare(Array.from({ length: 200_000 }, (_, i) => `lab.rack${i % 100}.node${i}.power`))
  for (const selection of [
    { infix: "node199999" },
    { pattern: parsePattern("9+\\.power$") },
    { prefix: "lab", limit: 1 },
  ]) {
    let longest = 0
    let last = performance.now()
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    expect((await select(selection)).length).toBeGreaterThan(0)
    clearInterval(beat)
    expect(longest).toBeLessThan(200) // about 10 on an idle machine
  }
})

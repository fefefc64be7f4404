import { bindingSelects } from "@metricq/protocol"
import fc from "fast-check"
import { expect, test } from "vitest"
import { catalogueEntry } from "./catalogue.js"
import { DataFlow } from "./data-flow.js"
import { groupMetrics } from "./metric-groups.js"
import type { Subscription } from "./subscription-book.js"

const subscription = (keys: readonly string[], revision = 1): Subscription => ({
  ...{ token: "sink-a", role: "sink", queue: "q", isIncomplete: false, revision },
  patterns: keys.filter((key) => /[*#]/.test(key)),
  names: keys.filter((key) => !/[*#]/.test(key)).sort(),
})

const component = fc.constantFrom("a", "b", "c")
const name = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."))
const key = fc
  .array(fc.oneof({ weight: 3, arbitrary: component }, { weight: 1, arbitrary: fc.constantFrom("*", "#") }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join("."))

test("counts each metric once for a subscriber, however many of its keys select it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { maxLength: 20 }),
      fc.uniqueArray(key, { maxLength: 6 }),
      async (names, keys) => {
        const entries = names.sort().map((one, i) => catalogueEntry(one, { source: `source-${i % 3}`, rate: 2 }))
        const grouped = groupMetrics(entries)
        const flows = await new DataFlow(grouped).flows([subscription(keys)])
        for (const [i, group] of grouped.groups.entries()) {
          const expected = entries.filter(
            (entry, at) => grouped.groupOf[at] === i && keys.some((one) => bindingSelects(one, entry.name)),
          ).length
          const flow = flows.find(({ group: of }) => of === i)
          expect([flow?.metrics ?? 0, flow?.rate ?? 0], group.prefix).toEqual([expected, expected * 2])
        }
      },
    ),
  )
})

test("counts again when a subscription has changed, and only then", async () => {
  const flow = new DataFlow(groupMetrics([catalogueEntry("a", { source: "s" }), catalogueEntry("b", { source: "s" })]))
  const metrics = async (...list: Subscription[]) =>
    (await flow.flows(list)).reduce((sum, { metrics }) => sum + metrics, 0)
  expect(await metrics(subscription(["a"]))).toBe(1)
  expect(await metrics(subscription(["a", "b"]))).toBe(1)
  expect(await metrics(subscription(["a", "b"], 2))).toBe(2)
  expect(await metrics()).toBe(0)
  expect(await metrics(subscription(["a", "b"], 1))).toBe(2)
})

test("databases get what they have measured themselves, others what any of them has", async () => {
  const grouped = groupMetrics([
    catalogueEntry("lab.a", { source: "s", rate: 10 }),
    catalogueEntry("lab.b", { source: "s", rate: 10 }),
    catalogueEntry("lab.c", { source: "s" }),
  ])
  const rates = (...list: number[]) => Float32Array.from(list)
  const of = (token: string) => (token === "db-a" ? rates(2, Number.NaN, 3) : undefined)
  const measured = { revision: 1, of, any: rates(2, 5, 3) }
  const seen = async (one: Partial<Subscription>, by = measured) => {
    const flows = await new DataFlow(grouped).flows([{ ...subscription(["lab.*"]), ...one }], by)
    const sum = (key: "metrics" | "rate" | "declared") => flows.reduce((all, { seen }) => all + seen[key], 0)
    return { metrics: sum("metrics"), rate: sum("rate"), declared: sum("declared") }
  }
  const database = { role: "database", token: "db-a" } as const
  expect(await seen(database)).toEqual({ metrics: 2, rate: 5, declared: 10 })
  expect(await seen({ ...database, patterns: ["#"] })).toEqual({ metrics: 2, rate: 5, declared: 10 })
  expect(await seen({ ...database, token: "db-b" })).toEqual({ metrics: 0, rate: 0, declared: 0 })
  expect(await seen({})).toEqual({ metrics: 3, rate: 10, declared: 20 })
  expect(await seen({ patterns: [], names: ["lab.b"] })).toEqual({ metrics: 1, rate: 5, declared: 10 })
})

test("counts again when something else is measured", async () => {
  const flow = new DataFlow(groupMetrics([catalogueEntry("a", { source: "s", rate: 1 })]))
  const measured = (revision: number, rate: number) => ({ revision, of: () => undefined, any: Float32Array.of(rate) })
  const list = [subscription(["a"])]
  const [one] = await flow.flows(list, measured(1, 1))
  expect(await flow.flows(list, measured(1, 2))).toContain(one)
  expect((await flow.flows(list, measured(2, 2)))[0]!.seen.rate).toBe(2)
})

test("a hundred thousand metrics and a thousand subscribers leave the event loop free", async () => {
  const entries = Array.from({ length: 100_000 }, (_, i) =>
    catalogueEntry(`lab.n${i % 1000}.m${i}`, { source: `source-${i % 1000}`, rate: 1 }),
  ).sort((a, b) => (a.name < b.name ? -1 : 1))
  const flow = new DataFlow(groupMetrics(entries))
  const subscribers = Array.from({ length: 1000 }, (_, i) => ({
    ...subscription(i % 10 === 0 ? ["lab.#"] : i % 10 === 1 ? [`lab.n${i}.*`] : [entries[i]!.name]),
    ...{ token: `t${i}`, queue: `q${i}` },
  }))
  let turns = 0
  const turning = setInterval(() => turns++, 1)
  const flows = await flow.flows(subscribers)
  clearInterval(turning)
  expect(flows.reduce((sum, { metrics }) => sum + metrics, 0)).toBe(100 * 100_000 + 100 * 100 + 800)
  expect(turns).toBeGreaterThan(0)
  expect((await flow.flows(subscribers)).length).toBe(flows.length)
})

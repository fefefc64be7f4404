import type { JsonObject } from "@metricq/client"
import { expect, test } from "vitest"
import { sourceOrigin } from "./source-edit.js"

/** A kind whose metrics are a prefix and the names of its devices' values. */
async function declared({ prefix, values }: JsonObject) {
  const names = Object.keys(values as object).map((name) => [`${String(prefix)}.${name}`, {}])
  return { by: "kind" as const, metrics: Object.fromEntries(names) }
}

const config = { prefix: "lab", values: { power: { register: "power" }, "rack.power": {} } }

test("the part behind a prefix changes, if only this metric does", async () => {
  const origin = await sourceOrigin(config, { from: "lab.power", to: "lab.load" }, declared)
  expect(origin).toEqual({
    where: ["/values/power"],
    parts: [{ where: "/prefix", text: "lab" }],
    after: { prefix: "lab", values: { load: { register: "power" }, "rack.power": {} } },
  })
  const longer = await sourceOrigin(config, { from: "lab.rack.power", to: "lab.rack.load" }, declared)
  expect(longer.after).toEqual({ prefix: "lab", values: { power: { register: "power" }, "rack.load": {} } })
})

test("a prefix belongs to others, too, and a name that exists is not given again", async () => {
  const names = { from: "lab.power", to: "hall.power" }
  expect(await sourceOrigin(config, names, declared)).toEqual({
    where: [],
    parts: [{ where: "/prefix", text: "lab" }],
  })
  const taken = await sourceOrigin(config, { from: "lab.power", to: "lab.rack.power" }, declared)
  expect(taken.after).toBeUndefined()
})

test("a whole name is believed where nobody can tell what comes of it, and not where that is something else", async () => {
  const names = { from: "lab.power", to: "lab.load" }
  const unknown = async () => ({ unknown: "not-connected" }) as const
  const document = { metrics: { "lab.power": {} } }
  expect(await sourceOrigin(document, names, unknown)).toMatchObject({
    where: ["/metrics/lab.power"],
    after: { metrics: { "lab.load": {} } },
  })
  const other = async () => ({ by: "agent" as const, metrics: { "lab.power": {} } })
  expect((await sourceOrigin(document, names, other)).after).toBeUndefined()
  expect(await sourceOrigin({ prefix: "lab." }, names, unknown)).toMatchObject({ where: [] })
})

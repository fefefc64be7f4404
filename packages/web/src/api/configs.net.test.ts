import { type ConfigDescription, type ConfigPreview, type JsonObject, Source } from "@metricq/client"
import type { TestNetwork } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { WebUnderTest } from "../testing/web-under-test.js"
import type { KindCatalogue } from "./kind-catalogue.js"

/** An agent of a kind that no catalogue has: it declares a metric for each of its lamps. */
class LampSource extends Source<JsonObject> {
  override async onConfig(config: JsonObject): Promise<void> {
    await this.declareMetrics(this.previewConfig(config).metrics)
  }

  override configSchema(): ConfigDescription {
    const schema = {
      ...{ type: "object", required: ["lamps"] },
      properties: {
        lamps: { type: "array", items: { type: "string" } },
        rate: { type: "number", exclusiveMinimum: 0 },
        pin: { type: "number" },
      },
    }
    return { kind: "source-lamp", title: "lamps", schema, sample: { lamps: ["desk"] } }
  }

  override previewConfig({ lamps, rate = 1, password }: JsonObject): ConfigPreview {
    if (lamps === null || (lamps as string[]).includes("moon")) throw new Error(`no way to the moon with ${password}`)
    return {
      metrics: Object.fromEntries(
        (lamps as string[]).map((lamp) => [`lamp.${lamp}`, { unit: "W", rate: Number(rate) }]),
      ),
    }
  }
}

async function withLamps(net: TestNetwork): Promise<void> {
  await net.configure("source-lamp-1", { lamps: ["desk", "door"], password: 4711 })
  await net.connect(new LampSource(net.clientOptions("source-lamp-1")))
  await net.source("source-other", { metrics: { "lamp.roof": { unit: "W" } } })
}

describe("a preview", () => {
  const preview = async (web: WebUnderTest, token: string, config: JsonObject) =>
    (await web.send("POST", `api/v1/configs/${token}/preview`, { config })).body

  test("tells what appears, vanishes, clashes and changes, as the agent says", async (t) => {
    const web = await WebUnderTest.start(t, withLamps)
    const { config } = (await web.get("api/v1/configs/source-lamp-1")).body
    expect(await preview(web, "source-lamp-1", { ...config, lamps: ["desk", "roof", "bed"], rate: 2 })).toEqual({
      ...{ valid: true, problems: { errors: [], warnings: [] }, by: "agent" },
      appear: ["lamp.roof", "lamp.bed"],
      vanish: ["lamp.door"],
      clash: [{ metric: "lamp.roof", source: "source-other" }],
      changed: [{ metric: "lamp.desk", keys: { rate: { before: 1, after: 2 } } }],
      counts: { appear: 2, vanish: 1, clash: 1, changed: 1, stay: 1 },
    })
    const { metrics } = await (await web.net.adminClient()).rpc("metadata.list", { prefix: "lamp." })
    expect(metrics).toEqual(["lamp.desk", "lamp.door", "lamp.roof"])
  })

  test("says what the check finds, what the agent objects to, and never a secret", async (t) => {
    const web = await WebUnderTest.start(t, withLamps)
    const { config } = (await web.get("api/v1/configs/source-lamp-1")).body
    expect(await preview(web, "source-lamp-1", { ...config, rate: 0 })).toMatchObject({
      valid: false,
      problems: { errors: ["rate: expected a number > 0, got 0"] },
      ...{ by: null, unknown: "invalid" },
    })
    expect(await preview(web, "source-lamp-1", { ...config, lamps: ["moon"] })).toMatchObject({
      valid: false,
      problems: { errors: ["configuration: no way to the moon with ******"] },
    })
    const odd = await preview(web, "source-lamp-1", { ...config, name: config.password })
    expect(odd.problems.errors).toEqual([expect.stringMatching(/^configuration: .* stands where no secret belongs/)])
  })

  test("says that nobody can tell, where that is so", async (t) => {
    const web = await WebUnderTest.start(t, withLamps)
    expect(await preview(web, "source-other", {})).toMatchObject({ valid: true, by: null, unknown: "no-preview" })
    const away = await preview(web, "source-away", {})
    expect(away).toEqual({
      ...{ valid: true, by: null, unknown: "not-connected" },
      problems: { errors: [], warnings: [] },
    })
  })

  test("of formulas needs no agent, and of a kind that can tell neither", async (t) => {
    const kinds: KindCatalogue = {
      ...{ list: async () => [], find: async () => undefined },
      ...{ kindOf: (token) => (token === "source-kind" ? "kind" : undefined) },
      check: async () => ({ errors: [], warnings: [] }),
      declared: async (token, { n }) => (token === "source-kind" ? { [`kind.${n}`]: {} } : undefined),
    }
    const web = await WebUnderTest.start(t, withLamps, { kinds })
    const formulas = { metrics: { "lamp.sum": { expression: "lamp.desk", metadata: { unit: "W" } } } }
    expect(await preview(web, "transformer-x", formulas)).toMatchObject({ by: "formulas", appear: ["lamp.sum"] })
    const broken = { metrics: { "lamp.sum": { expression: { operation: "+", left: "lamp.desk" } }, a: { unit: "W" } } }
    expect(await preview(web, "transformer-x", broken)).toMatchObject({
      ...{ valid: false, unknown: "invalid" },
      problems: {
        errors: [
          expect.stringMatching(/^metrics\["lamp\.sum"\]\.expression\.right: expected the name of a metric/),
          expect.stringMatching(/^metrics\["a"\]\.expression: expected/),
        ],
      },
    })
    expect(await preview(web, "source-kind", { n: 5 })).toMatchObject({ by: "kind", appear: ["kind.5"], vanish: [] })
  })
})

test("the kind of a client that publishes its schema is known, and its documents are checked", async (t) => {
  const web = await WebUnderTest.start(t, withLamps)
  expect((await web.get("api/v1/configs/source-lamp-1/kind")).body).toMatchObject({
    ...{ name: "source-lamp", summary: "lamps", sample: { lamps: ["desk"] }, published: true },
    schema: { properties: { lamps: { type: "array" } } },
  })
  expect(await web.get("api/v1/configs/source-other/kind")).toMatchObject({ status: 404 })
  const check = async (config: JsonObject) =>
    (await web.send("POST", "api/v1/kinds/check", { token: "source-lamp-1", config })).body
  expect(await check({})).toEqual({
    kind: "source-lamp",
    errors: ["lamps: it is missing"],
    warnings: [],
    published: true,
  })
  expect((await web.get("api/v1/configs/source-new/versions")).body).toEqual({ token: "source-new", versions: [] })
})

test("a secret that is a number stays one: it is checked as one, and stored as one", async (t) => {
  const web = await WebUnderTest.start(t, withLamps)
  const { body } = await web.get("api/v1/configs/source-lamp-1")
  expect(body.config.password).toMatch(/^\*{6}/)
  const config = { ...body.config, rate: 5 }
  expect((await web.send("POST", "api/v1/kinds/check", { token: "source-lamp-1", config })).body.errors).toEqual([])
  await web.send("PUT", "api/v1/configs/source-lamp-1", { config, revision: body.revision })
  const admin = await web.net.adminClient()
  const stored = await admin.rpc("config.get", { token: "source-lamp-1" })
  expect(stored.config).toMatchObject({ password: 4711, rate: 5 })
  expect(stored).not.toHaveProperty("by")
})

describe("clients", () => {
  test("are up, late or gone, with their rates and how their configuration is", async (t) => {
    const web = await WebUnderTest.start(t, withLamps)
    const gone = await web.net.client("tool-short")
    await gone.stop()
    const list = async () =>
      new Map(
        (await web.get("api/v1/clients")).body.clients.map((client: { token: string }) => [client.token, client]),
      ) as Map<string, JsonObject>
    const lamp = (await list()).get("source-lamp-1")
    expect(lamp).toMatchObject({ state: "up", drift: "current", metrics: 2, rates: { declared: 2, measured: null } })
    expect((await list()).get("source-other")).toMatchObject({ drift: "current", rates: { declared: 0 } })
    expect((await list()).get("tool-short")?.state ?? "gone").toBe("gone")
    await web.net.configure("source-lamp-1", { lamps: ["moon"] })
    const apply = (await web.send("POST", "api/v1/configs/source-lamp-1/apply", {})).body
    expect(apply).toMatchObject({ answered: true, refused: "no way to the moon with undefined" })
    expect((await list()).get("source-lamp-1")).toMatchObject({
      drift: "refused",
      configuration: { refused: { text: "no way to the moon with undefined" } },
    })
  })

  test("one by one with what they produce", async (t) => {
    const web = await WebUnderTest.start(t, withLamps)
    expect((await web.get("api/v1/clients/source-lamp-1?metrics=1")).body).toMatchObject({
      ...{ token: "source-lamp-1", state: "up", kind: { name: "source-lamp", summary: "lamps" } },
      produced: { total: 2, metrics: [{ name: "lamp.desk", unit: "W", rate: 1 }] },
    })
    expect(await web.get("api/v1/clients/nobody")).toMatchObject({
      status: 404,
      body: { error: { code: "no-such-client" } },
    })
  })
})

test("names are looked up many at once", async (t) => {
  const web = await WebUnderTest.start(t, withLamps)
  const { body } = await web.send("POST", "api/v1/metrics/lookup", { metrics: ["lamp.desk", "lamp.moon", "__proto__"] })
  expect(body.metrics["lamp.desk"]).toEqual({ unit: "W", rate: 1, source: "source-lamp-1" })
  expect(body.metrics["lamp.moon"]).toBeNull()
})

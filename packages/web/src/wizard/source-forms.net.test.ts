import type { JsonObject } from "@metricq/client"
import type { TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import type { KindCatalogue } from "../api/kind-catalogue.js"
import { WebUnderTest } from "../testing/web-under-test.js"

const metric = { type: "object", properties: { address: { type: "number" }, unit: { type: "string" } } }
const host = {
  type: "object",
  properties: {
    names: { type: "string", description: "how it is called" },
    port: { type: "integer" },
    password: { anyOf: [{ type: "string" }, { type: "object", properties: { $env: { type: "string" } } }] },
    fast: { type: "boolean" },
    groups: { type: "array", items: { $ref: "#/$defs/group" } },
  },
  required: ["names", "groups"],
}
const schema = {
  type: "object",
  properties: {
    mode: { enum: ["slow", "quick"] },
    interval: { type: "string" },
    hosts: { type: "array", items: host },
  },
  $defs: { group: { type: "object", properties: { metrics: { type: "object", additionalProperties: metric } } } },
}
const sample = { hosts: [{ names: "lab.x", groups: [{ metrics: { power: { address: 1, unit: "W" } } }] }] }

/** A kind of sources that poll hosts; a host without a name is an error. */
const kinds: KindCatalogue = {
  list: async () => [],
  find: async () => ({ name: "source-poll", summary: "polls", schema, sample }),
  kindOf: (token) => (token.startsWith("source-poll") ? "source-poll" : undefined),
  check: async (_token, { hosts = [] }) => {
    const wrong = (hosts as JsonObject[]).flatMap(({ names }, i) =>
      names === "" ? [`hosts[${i}].names: is empty`] : [],
    )
    return { errors: wrong, warnings: [] }
  },
  declared: async (_token, { hosts = [] }) => {
    const found = (hosts as typeof sample.hosts).flatMap(({ names, groups }) =>
      groups.flatMap(({ metrics }) =>
        Object.entries(metrics).map(([name, { unit }]) => [`${names}.${name}`, { unit }]),
      ),
    )
    return Object.fromEntries(found)
  },
}

const metrics = { power: { address: 1, unit: "W" }, voltage: { address: 2, unit: "V" } }
const config = {
  ...{ mode: "slow", interval: "1s", odd: { kept: true } },
  hosts: [
    { names: "lab.a", port: 502, password: "secret", fast: true, groups: [{ rate: 1, metrics }] },
    { names: "lab.b", groups: [] },
  ],
}

async function start(t: TestScope) {
  const prepare = (net: WebUnderTest["net"]) => net.configure("source-poll", config)
  const web = await WebUnderTest.start(t as never, prepare, { kinds })
  const path = "api/source/source-poll"
  const get = async (rest: string) => (await web.get(`${path}${rest}?session=s`)).body
  const post = (rest: string, body: object) => web.send("POST", `${path}${rest}?session=s`, body)
  const stored = async () => {
    const admin = await web.net.adminClient()
    return (await admin.rpc("config.get", { token: "source-poll" })).config as typeof config
  }
  return { web, path, get, post, stored }
}

test("sources whose schema is known have forms, and config items with their fields", async (t) => {
  const { web, get } = await start(t)
  expect((await web.get("api/sources")).body).toEqual([{ id: "source-poll", configurable: true, type: "source-poll" }])
  expect(await get("/config_items")).toEqual({
    configItemName: "host",
    configItems: ["lab.a", "lab.b"].map((id) => ({ id, name: id, description: "" })),
  })
  const form = await get("/config_item/lab.a/input_form")
  expect(form).toMatchObject({
    names: { type: "StringField", label: "names (how it is called)", value: "lab.a" },
    port: { type: "NumberField", value: 502 },
    password: { type: "PasswordField", value: expect.stringMatching(/^\*{6}/) },
    fast: { type: "SelectField", value: "true" },
    _rest: { type: "JSONField", value: { groups: [{ rate: 1, metrics }] } },
  })
  expect(Object.keys(await get("/config_item/lab.b/input_form"))).toEqual(["names", "_rest"])
  expect(await get("/config_items/input_form")).toMatchObject({
    names: { type: "StringField", value: "lab.x" },
    _rest: { value: { groups: sample.hosts[0]!.groups } },
  })
  expect(await get("/input_form")).toMatchObject({
    mode: {
      type: "SelectField",
      options: [
        { text: "slow", value: "slow" },
        { text: "quick", value: "quick" },
      ],
    },
    _rest: { value: { odd: { kept: true } } },
  })
  expect(await get("/config_item/none/input_form")).toMatchObject({ error: { code: "no-such-item" } })
})

test("metrics are deselected under either name of the list, and selected again", async (t) => {
  const { get, post, stored } = await start(t)
  const path = "/config_item/lab.a/metrics"
  const rows = async () => (await get(path)).metrics.map(({ id, isActive }: JsonObject) => [id, isActive])
  const table = await get(path)
  expect(table.columns).toEqual({ address: "address", unit: "unit" })
  expect(table.metrics[0].customColumns.address._).toMatchObject({ type: "NumberField", value: 1 })
  const chosen = (id: string, values: object = {}) => ({ id, selected: true, customColumnsValues: values })
  const power = chosen("power", { unit: { _: "kW" }, address: { _: 7 } })
  expect((await post(path, { metrics: [power], notSelectedMetrics: ["voltage"] })).body).toEqual({ metrics: [] })
  expect(await rows()).toEqual([
    ["power", true],
    ["voltage", false],
  ])
  expect((await post(path, { metrics: [chosen("voltage")], notSelectedMetricIds: ["power"] })).body).toEqual({
    metrics: ["voltage"],
  })
  expect(await rows()).toEqual([
    ["voltage", true],
    ["power", false],
  ])
  await post(path, { metrics: [chosen("power")], notSelectedMetrics: ["voltage"] })
  expect(await stored()).toEqual(config)
  expect((await post("/save", {})).body).toEqual({ status: "success", metrics: expect.any(Array) })
  expect(await stored()).toEqual({
    ...config,
    hosts: [
      { ...config.hosts[0], groups: [{ rate: 1, metrics: { power: { address: 7, unit: "kW" } } }] },
      config.hosts[1],
    ],
  })
})

test("the global part is stored with the session in the body, as the page sends it", async (t) => {
  const { web, path, post, get, stored } = await start(t)
  const sent = { mode: "quick", interval: "5s", _rest: { odd: { kept: true }, more: 1 } }
  expect((await post("", sent)).body).toEqual({
    mode: "quick",
    interval: "5s",
    more: 1,
    _rest: { odd: { kept: true } },
  })
  const save = (body: object) => web.send("POST", `${path}/save_reconfigure`, body)
  expect(await save({})).toMatchObject({ status: 400, body: { message: "Missing session key" } })
  expect(await save({ params: { session: "s" } })).toMatchObject({
    ...{ status: 200, body: { status: "success", answered: false, metrics: expect.any(Array) } },
  })
  expect(await stored()).toEqual({ ...config, mode: "quick", interval: "5s", more: 1 })
  await post("", { ...sent, interval: "6s" })
  expect((await web.send("POST", `${path}/save`, { session: "s" })).status).toBe(200)
  expect(await stored()).toMatchObject({ interval: "6s", hosts: config.hosts })
  expect(await get("/session")).toEqual({ valid: true, creation_time: expect.any(String) })
})

test("config items are added, changed and deleted, and new metrics are told when they are stored", async (t) => {
  const { web, path, get, post, stored } = await start(t)
  const values = await get("/config_item/lab.a")
  const changed = { ...values, names: "lab.A", fast: "false", port: 503 }
  expect((await post("/config_item/lab.a", changed)).body).toEqual({ id: "lab.A", name: "lab.A", description: "" })
  const added = { names: "lab.c", _rest: { groups: [{ metrics: { power: { address: 9, unit: "W" } } }] } }
  expect((await post("/config_items", added)).body).toMatchObject({ id: "lab.c" })
  expect((await web.get(`${path}/config_item/lab.b?session=s`, { method: "DELETE" })).body).toEqual({
    status: "success",
  })
  expect((await post("/save", {})).body.metrics).toEqual(["lab.A.power", "lab.A.voltage", "lab.c.power"])
  const { hosts } = await stored()
  expect(hosts).toEqual([
    { ...config.hosts[0], names: "lab.A", fast: false, port: 503 },
    { names: "lab.c", groups: added._rest.groups },
  ])
})

test("a draft that somebody else was faster than, or that is wrong, is not stored; one can be given up", async (t) => {
  const { web, path, get, post, stored } = await start(t)
  await post("", { interval: "9s" })
  expect(await get("/session")).toMatchObject({ valid: true, plugin_creation_time: expect.any(String) })
  await web.net.configure("source-poll", { ...config, interval: "2s" })
  expect(await get("/session")).toMatchObject({ valid: false })
  expect((await post("/save", {})).status).toBe(409)
  expect((await post("/session/reset", {})).body).toEqual({ status: "success" })
  expect(await get("")).toMatchObject({ interval: "2s" })
  await post("/config_items", { _rest: { groups: [], names: "" } })
  expect(await post("/save", {})).toMatchObject({ status: 400, body: { message: "hosts[2].names: is empty" } })
  expect((await stored()).hosts).toHaveLength(2)
  // What is wrong already does not keep anybody from changing something else.
  await post("/session/reset", {})
  await web.net.configure("source-poll", { ...config, hosts: [{ names: "", groups: [] }] })
  await post("", { interval: "3s" })
  expect((await post("/save", {})).status).toBe(200)
  expect((await stored()).interval).toBe("3s")
  expect((await web.get(`${path}/config_items`)).status).toBe(400)
  expect((await web.get("api/source/source-other/config_items?session=s")).status).toBe(404)
})

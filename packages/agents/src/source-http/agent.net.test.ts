import { describeOnBrokers } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { answerJson, HttpDevice } from "../testing/http-device.js"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { http } from "./agent.js"

const SESSIONS = "/redfish/v1/SessionService/Sessions"
const POWER = "/redfish/v1/Chassis/1/Power"
const json = (json_path: string, more: object = {}) => ({
  path: POWER,
  plugin: "json",
  plugin_params: { json_path },
  ...more,
})
const base = { interval: 0.05, http_timeout: 0.3, retry_delay: 0.1, selfMetrics: { interval: 0.05 } }
const hostGroup = (device: HttpDevice, name: string, metrics: object, more: object = {}) => ({
  hosts: device.address,
  names: name,
  insecure: true,
  metrics,
  ...more,
})

describeOnBrokers("source-http", (kind) => {
  test("one request feeds several metrics, and they are declared as the original does", async (t) => {
    const device = await HttpDevice.start(t, (_request, response) => answerJson(response, { a: 5, b: "7.5" }))
    const metrics = { a: json("$.a", { unit: "W", description: "power" }), b: json("$.b", { scale: 2 }) }
    const config = { ...base, hosts: [hostGroup(device, "lab.node1", metrics, { description: "node 1" })] }
    const source = await SourceUnderTest.start(t, http as never, config, {
      metrics: ["lab.node1.a", "lab.node1.b"],
      broker: { kind },
    })
    const [a, b] = [await source.next("lab.node1.a"), await source.next("lab.node1.b")]
    expect([a.value, b.value]).toEqual([5, 15])
    expect(a.time).toBe(b.time)
    expect(new Set(device.asked)).toEqual(new Set([`GET ${POWER}`]))
    expect(device.openConnections).toBe(1)
    expect(await source.metadata("lab.node1.a")).toMatchObject({
      unit: "W",
      description: "node 1 power",
      rate: 20,
      interval: "50ms",
      host: device.address,
      url: `http://${device.address}${POWER}`,
    })
  })
})

describe("devices that misbehave", () => {
  test("one that hangs, resets, answers garbage, and comes back disturbs no other", async (t) => {
    const good = await HttpDevice.start(t, (_request, response) => answerJson(response, { a: 1 }))
    const answers = { ok: (response: never) => answerJson(response, { a: 2 }) }
    const bad = await HttpDevice.start(t, (_request, response) => answers.ok(response as never))
    const metrics = { a: json("$.a", { onFailure: "nan" }) }
    const config = { ...base, hosts: [hostGroup(good, "lab.good", metrics), hostGroup(bad, "lab.bad", metrics)] }
    const source = await SourceUnderTest.start(t, http as never, config, {
      metrics: ["lab.good.a", "lab.bad.a", "source-http.lab.bad.up"],
    })
    expect(await source.nextValue("lab.bad.a")).toBe(2)

    for (const misbehave of [
      () => {},
      (_request: unknown, response: { destroy(): void }) => response.destroy(),
      (_request: unknown, response: { end(text: string): void }) => response.end("<html>oops"),
      (_request: unknown, response: { writeHead(status: number): { end(): void } }) => response.writeHead(500).end(),
    ]) {
      const { handler } = bad
      bad.handler = misbehave as never
      expect(await source.nextValue("lab.bad.a", Number.isNaN)).toBeNaN()
      expect(await source.nextValue("lab.good.a")).toBe(1)
      bad.handler = handler
      expect(await source.nextValue("lab.bad.a", (value) => !Number.isNaN(value))).toBe(2)
    }

    await bad.stop()
    expect(await source.nextValue("source-http.lab.bad.up", (up) => up === 0)).toBe(0)
    const found = await source.discover()
    expect(found).toMatchObject({ targets: 2, targetsUp: 1, failingTargets: [{ name: "lab.bad" }] })
    await bad.listen()
    expect(await source.nextValue("source-http.lab.bad.up", (up) => up === 1)).toBe(1)
  })

  test("one path that fails leaves the others of its host alone", async (t) => {
    const device = await HttpDevice.start(t, (request, response) => {
      if (request.url === "/gone") response.writeHead(404).end()
      else answerJson(response, { a: 3 })
    })
    const gone = { ...json("$.a", { onFailure: "nan" }), path: "gone" }
    const config = { ...base, hosts: [hostGroup(device, "lab.n", { a: json("$.a"), gone })] }
    const source = await SourceUnderTest.start(t, http as never, config, {
      metrics: ["lab.n.a", "lab.n.gone", "source-http.lab.n.up"],
    })
    expect(await source.nextValue("lab.n.gone")).toBeNaN()
    expect(await source.nextValue("lab.n.a")).toBe(3)
    expect(await source.nextValue("source-http.lab.n.up")).toBe(1)
    expect(source.warnings.join("\n")).toContain("GET /gone: answered with 404")
  })
})

describe("logins", () => {
  /** A device with sessions; `sessions` are those that are open. */
  async function redfish(t: Parameters<typeof HttpDevice.start>[0]) {
    const sessions = new Set<string>()
    let count = 0
    const device = await HttpDevice.start(t, (request, response, body) => {
      const { method, url = "" } = request
      if (method === "POST" && url === SESSIONS) {
        const { UserName, Password } = JSON.parse(body)
        if (UserName !== "monitor" || Password !== "secret") return response.writeHead(401).end()
        const id = `${++count}`
        sessions.add(id)
        return answerJson(response, {}, { "x-auth-token": id, location: `http://${device.address}${SESSIONS}/${id}` })
      }
      if (!sessions.has(String(request.headers["x-auth-token"]))) return response.writeHead(401).end()
      if (method === "DELETE") {
        sessions.delete(url.split("/").at(-1) ?? "")
        return response.writeHead(204).end()
      }
      answerJson(response, { watts: 100 + count })
    })
    return { device, sessions }
  }

  test("a Redfish session is used on and on, renewed when it is lost, and given back at the end", async (t) => {
    const { device, sessions } = await redfish(t)
    const login = { login_type: "redfish", user: "monitor", password: "secret" }
    const config = { ...base, hosts: [hostGroup(device, "lab.bmc", { power: json("$.watts") }, login)] }
    const source = await SourceUnderTest.start(t, http as never, config, { metrics: ["lab.bmc.power"] })
    expect(await source.nextValue("lab.bmc.power")).toBe(101)
    expect(await source.nextValue("lab.bmc.power")).toBe(101)
    expect([...sessions]).toEqual(["1"])
    sessions.clear()
    expect(await source.nextValue("lab.bmc.power", (value) => value !== 101)).toBe(102)
    expect([...sessions]).toEqual(["2"])
    await source.agent.stop()
    expect([...sessions]).toEqual([])
  })

  test("a login that fails is told without the password", async (t) => {
    const { device } = await redfish(t)
    const login = { login_type: "redfish", user: "monitor", password: "not-the-secret" }
    const config = { ...base, hosts: [hostGroup(device, "lab.bmc", { power: json("$.watts") }, login)] }
    const source = await SourceUnderTest.start(t, http as never, config, { metrics: ["source-http.lab.bmc.up"] })
    expect(await source.nextValue("source-http.lab.bmc.up")).toBe(0)
    const told = JSON.stringify([await source.discover(), source.warnings])
    expect(told).toContain("the login was answered with 401")
    expect(told).not.toContain("not-the-secret")
  })

  test("basic and cookie logins, bodies and headers go along", async (t) => {
    const device = await HttpDevice.start(t, (request, response, body) => {
      const { url, headers, method } = request
      if (url === "/login")
        return answerJson(response, {}, { "set-cookie": `session=${JSON.parse(body).data.join("-")}; Path=/` })
      if (headers.cookie !== undefined) return answerJson(response, { a: headers.cookie === "session=u-p" ? 1 : 0 })
      const isRight = headers.authorization === `Basic ${btoa("u:p")}` && headers["x-more"] === "1" && body === "{}"
      answerJson(response, { a: isRight && method === "POST" ? 2 : 0 })
    })
    const credentials = { user: "u", password: "p" }
    const cookie = { login_type: "cookie", login_path: "login", ...credentials }
    const basic = { login_type: "basic", ...credentials }
    const posted = json("$.a", { method: "POST", body: "{}", headers: { "x-more": "1" } })
    const config = {
      ...base,
      hosts: [
        hostGroup(device, "lab.cookie", { a: json("$.a") }, cookie),
        hostGroup(device, "lab.basic", { a: posted }, basic),
      ],
    }
    const source = await SourceUnderTest.start(t, http as never, config, { metrics: ["lab.cookie.a", "lab.basic.a"] })
    expect(await source.nextValue("lab.cookie.a")).toBe(1)
    expect(await source.nextValue("lab.basic.a")).toBe(2)
  })
})

test("a new configuration leaves hosts alone that stay as they are, and a wrong one changes nothing", async (t) => {
  const device = await HttpDevice.start(t, (_request, response) => answerJson(response, { a: 4 }))
  const metrics = { a: json("$.a") }
  const config = { ...base, hosts: [hostGroup(device, "lab.stays", metrics)] }
  const source = await SourceUnderTest.start(t, http as never, config, { metrics: ["lab.stays.a", "lab.added.a"] })
  await source.next("lab.stays.a")
  await source.configure({ ...base, hosts: [...config.hosts, hostGroup(device, "lab.added", metrics)] })
  expect(await source.nextValue("lab.added.a")).toBe(4)
  expect(device.openConnections).toBe(2)
  const twoNames = { ...hostGroup(device, "lab.x", metrics), names: "lab.x[1-2]" }
  await expect(source.configure({ ...base, hosts: [twoNames] })).rejects.toThrow(
    "expected 1 names, as there are hosts, got 2",
  )
  await expect(
    source.configure({ ...base, hosts: [hostGroup(device, "lab.x", { a: { path: "/", plugin: "xml" } })] }),
  ).rejects.toThrow("hosts[0].metrics.a.plugin")
  expect(await source.nextValue("lab.added.a")).toBe(4)
})

import { copyFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { MetricqProcess } from "./metricq-process.js"
import { hasMosquitto, Mosquitto } from "./mosquitto.js"
import { SourceInNetwork } from "./source-in-network.js"

const title = "source-mqtt with mosquitto"
const env = { METRICQ_SECRET_MQTT: "secret" }
const login = { user: "lab", password: { $env: "METRICQ_SECRET_MQTT" } }
const power = { topic: "lab/+/power", name: "lab.{topic[1]}.power", unit: "W" }

describe.skipIf(!hasMosquitto)(hasMosquitto ? title : `${title} [left out: mosquitto is not installed]`, () => {
  test("found, configured, measured, lost and back again", { timeout: 60_000 }, async (t) => {
    const [broker, other] = [await Mosquitto.start(t), await Mosquitto.start(t)]
    await broker.publish("lab/hall/power", "230.5", ["-r"])
    await broker.publish("lab/hall/state", "on", ["-r"])
    await broker.publish("zigbee/door", '{"contact": true, "battery": 90}', ["-r"])
    const words = [`url=mqtt://127.0.0.1:${broker.port}`, "seconds=0.5", "user=lab", "password=$MQTT"]
    const cwd = await temporaryFolder(t)
    const found = await SourceInNetwork.discover(t, "source-mqtt", words, { cwd, env: { MQTT: "secret" } })
    const { brokers } = found as { brokers: { mqtt: { subscriptions: { topic: string }[] } } }
    expect(brokers.mqtt.subscriptions.map(({ topic }) => topic).sort()).toEqual(["lab/hall/power", "zigbee/door"])

    const second = { url: `mqtt://127.0.0.1:${other.port}`, ...login, subscriptions: [power] }
    const silent = brokers.mqtt.subscriptions.map((one) => ({ ...one, timeout: 1 }))
    const config = {
      brokers: { first: { ...brokers.mqtt, subscriptions: silent }, second },
      selfMetrics: { interval: 0.5 },
    }
    const metrics = ["lab.hall.power", "lab.roof.power", "zigbee.door.contact", "source-mqtt.first.up"]
    const source = await SourceInNetwork.start(t, "source-mqtt", config as never, { metrics, env })
    expect(await source.next("lab.hall.power")).toBe(230.5)
    await broker.publish("zigbee/door", '{"contact": false}')
    expect(await source.next("zigbee.door.contact", (value) => value === 0)).toBe(0)

    await broker.stop()
    expect(await source.next("source-mqtt.first.up", (up) => up === 0)).toBe(0)
    expect(await source.next("lab.hall.power", Number.isNaN)).toBeNaN()
    await other.publish("lab/roof/power", "7")
    expect(await source.next("lab.roof.power")).toBe(7)
    expect(await source.failing()).toMatchObject([
      { name: "first", error: expect.stringMatching(/ECONNREFUSED|closed/) },
    ])

    await broker.start()
    expect(await source.next("source-mqtt.first.up", (up) => up === 1)).toBe(1)
    await broker.publish("lab/hall/power", "250")
    expect(await source.next("lab.hall.power", (watts) => watts > 0)).toBe(250)
    await expect.poll(() => source.stored("lab.hall.power")).toEqual(expect.arrayContaining([230.5, Number.NaN, 250]))
    const began = performance.now()
    await source.agent.stop()
    expect(performance.now() - began).toBeLessThan(2000)
  })

  test("TLS and web sockets, and a password that is wrong", { timeout: 60_000 }, async (t) => {
    const broker = await Mosquitto.start(t)
    const secrets = await temporaryFolder(t, "secrets")
    await copyFile(broker.caFile, join(secrets, "ca.pem"))
    const of = (url: string, room: string) => ({
      url,
      ...login,
      subscriptions: [{ ...power, topic: `lab/${room}/power` }],
    })
    const secure = `mqtts://127.0.0.1:${broker.tlsPort}`
    const config = {
      brokers: {
        secure: { ...of(secure, "a"), version: 5, tls: { ca: { $file: "ca.pem" } } },
        strange: of(secure, "b"),
        web: of(`ws://127.0.0.1:${broker.webPort}`, "c"),
        wrong: { ...of(`mqtt://127.0.0.1:${broker.port}`, "d"), password: "s3cret-that-is-wrong" },
      },
      selfMetrics: { interval: 0.5 },
    }
    const source = await SourceInNetwork.start(t, "source-mqtt", config as never, {
      metrics: ["lab.a.power", "lab.c.power", "source-mqtt.secure.up", "source-mqtt.web.up"],
      args: ["--secrets-dir", secrets],
      env,
    })
    expect(await source.next("source-mqtt.secure.up", (up) => up === 1)).toBe(1)
    await broker.publish("lab/a/power", "1")
    expect(await source.next("lab.a.power")).toBe(1)
    expect(await source.next("source-mqtt.web.up", (up) => up === 1)).toBe(1)
    await broker.publish("lab/c/power", "3")
    expect(await source.next("lab.c.power")).toBe(3)
    const failing = await source.failing()
    expect(failing.map(({ name }) => name).sort()).toEqual(["strange", "wrong"])
    expect(failing.find(({ name }) => name === "strange")?.error).toMatch(/certificate/)
    expect(failing.find(({ name }) => name === "wrong")?.error).toMatch(/[Nn]ot authorized/)
    expect([...source.agent.stdout, ...source.agent.stderr].join("\n")).not.toContain("s3cret-that-is-wrong")
  })

  test("a persistent session keeps what comes while the agent is away", { timeout: 60_000 }, async (t) => {
    const broker = await Mosquitto.start(t)
    const url = `mqtt://127.0.0.1:${broker.port}`
    const kept = { ...power, timestamp: { regex: "at (\\d+)" }, regex: "^\\S+" }
    const config = { brokers: { hall: { url, ...login, session: "persistent", subscriptions: [kept] } } }
    const source = await SourceInNetwork.start(t, "source-mqtt", config as never, { metrics: ["lab.a.power"], env })
    const now = Math.floor(Date.now() / 1000)
    const first = source.next("lab.a.power")
    // Until the subscription is there, messages go nowhere.
    let isThere = false
    void first.then(() => {
      isThere = true
    })
    while (!isThere) await broker.publish("lab/a/power", `1 at ${now - 20}`)
    await source.agent.stop()
    await broker.publish("lab/a/power", `2 at ${now - 10}`)
    const again = MetricqProcess.start(t, ["agent", "source-mqtt", "--server", source.net.url], {
      cwd: source.net.folder,
      env,
    })
    await again.line(/^ready/)
    expect(await source.next("lab.a.power", (value) => value === 2)).toBe(2)
  })
})

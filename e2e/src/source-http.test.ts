import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { promisify } from "node:util"
import { temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { RedfishDevice } from "./redfish-device.js"
import { SourceInNetwork } from "./source-in-network.js"

const redfishtool = "/usr/bin/redfishtool"
const hasTool = existsSync(redfishtool)
const title = "the Redfish service of these tests"

describe.skipIf(!hasTool)(hasTool ? title : `${title} [left out: redfishtool is not installed]`, () => {
  test("is one for redfishtool, too", async (t) => {
    const device = await RedfishDevice.start(t)
    const words = ["-r", device.address, "-u", "monitor", "-p", "secret", "-S", "Always", "Chassis", "-1", "Power"]
    const { stdout } = await promisify(execFile)(redfishtool, words)
    expect(JSON.parse(stdout)).toMatchObject({ PowerControl: [{ PowerConsumedWatts: 187 }] })
  })
})

describe("source-http reads a BMC by Redfish", () => {
  test("found, configured, measured, lost and back again", { timeout: 60_000 }, async (t) => {
    const [device, other] = [await RedfishDevice.start(t), await RedfishDevice.start(t)]
    const words = [`host=${device.address}`, "name=lab.node1", "user=monitor", "password=$BMC", "interval=500ms"]
    const cwd = await temporaryFolder(t)
    const found = await SourceInNetwork.discover(t, "source-http", words, { cwd, env: { BMC: "secret" } })
    expect(device.sessions.size).toBe(0)
    const [group] = (found as { hosts: { metrics: Record<string, object> }[] }).hosts
    expect(Object.keys(group?.metrics ?? {})).toEqual(["power", "temperature.inlet_temp"])

    const hosts = [
      { ...group, onFailure: "nan" },
      { ...group, hosts: other.address, names: "lab.node2" },
    ]
    const config = { ...found, hosts, http_timeout: 1, retry_delay: 1, selfMetrics: { interval: 0.5 } }
    const source = await SourceInNetwork.start(t, "source-http", config as never, {
      metrics: ["lab.node1.power", "lab.node2.power", "source-http.lab.node1.up"],
      env: { METRICQ_SECRET_BMC: "secret" },
    })
    expect(await source.next("lab.node1.power")).toBe(187)
    device.watts = 250
    expect(await source.next("lab.node1.power", (watts) => watts !== 187)).toBe(250)

    await device.stop()
    expect(await source.next("source-http.lab.node1.up", (up) => up === 0)).toBe(0)
    expect(await source.next("lab.node1.power", Number.isNaN)).toBeNaN()
    expect(await source.next("lab.node2.power")).toBe(187)
    expect(await source.failing()).toMatchObject([{ name: "lab.node1" }])

    await device.listen()
    expect(await source.next("lab.node1.power", (watts) => watts > 0)).toBe(250)
    await expect.poll(() => source.stored("lab.node1.power")).toEqual(expect.arrayContaining([187, 250, Number.NaN]))

    device.isHung = true
    expect(await source.next("lab.node1.power", Number.isNaN)).toBeNaN()
    expect(await source.next("lab.node2.power")).toBe(187)
    device.isHung = false
    expect(await source.next("lab.node1.power", (watts) => watts > 0)).toBe(250)

    await source.agent.stop()
    expect([device.sessions.size, other.sessions.size]).toEqual([0, 0])
  })
})

import { readdirSync } from "node:fs"
import { freePort, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { BacpypesDevice, findBacpypes } from "./bacpypes-device.js"
import { SourceInNetwork } from "./source-in-network.js"

const has = findBacpypes() !== undefined
const title = "sources of BACnet values read devices of bacpypes3"

describe.skipIf(!has)(has ? title : `${title} [left out: bacpypes3 is not installed; .ci/run devices does it]`, () => {
  test("found, configured, measured, told of changes, lost and back again", { timeout: 90_000 }, async (t) => {
    const device = await BacpypesDevice.start(t, { instance: 4711, objects: 90, segmentation: "segmentedBoth" })
    const other = await BacpypesDevice.start(t, { instance: 4712, objects: 70, segmentation: "noSegmentation" })
    const own = `127.0.0.3:${await freePort()}`
    const types = "types=analogInput,analogValue,binaryInput"
    const words = [`address=${own}`, `broadcast=${device.address}`, "time=1s", "prefix=hall2.", "interval=500ms", types]
    const found = await SourceInNetwork.discover(t, "source-bacnet", words, { cwd: await temporaryFolder(t) })
    const { devices } = found as { devices: Record<string, { metricId: string; objectGroups: object[] }> }
    const [analogInput, analogValue, binaryInput] = devices[device.address]?.objectGroups ?? []
    expect(analogInput).toEqual({ objectType: "analogInput", objectInstance: "1-90", interval: "500ms" })

    const groups = [
      { ...analogInput, onFailure: "nan" },
      { ...analogValue, interval: 3600 },
      { ...binaryInput, onFailure: "nan" },
    ]
    const config = {
      ...found,
      timeout: 0.5,
      cov: true,
      selfMetrics: { interval: 0.5 },
      devices: {
        [device.address]: { metricId: "hall2.$deviceName.$objectName", objectGroups: groups },
        [other.address]: { metricId: "hall3.$objectName", objectGroups: [{ ...analogInput, objectInstance: "1-70" }] },
      },
    }
    const state = await temporaryFolder(t)
    const up = `source-bacnet.${device.address.replace(":", "_")}.up`
    const source = await SourceInNetwork.start(t, "source-bacnet", config as never, {
      metrics: ["hall2.AHU4711.AHU.Zone90", "hall2.AHU4711.Grows", "hall2.AHU4711.Fan", "hall3.AHU.Zone70", up],
      args: ["--state-dir", state],
    })
    expect(await source.next("hall2.AHU4711.AHU.Zone90")).toBe(65)
    expect(await source.next("hall2.AHU4711.Fan")).toBe(1)
    expect(await source.next("hall3.AHU.Zone70")).toBe(55)
    const first = await source.next("hall2.AHU4711.Grows")
    expect(await source.next("hall2.AHU4711.Grows", (value) => value >= first + 3)).toBeGreaterThan(first)

    await device.stop()
    expect(await source.next(up, (value) => value === 0)).toBe(0)
    expect(await source.next("hall2.AHU4711.AHU.Zone90", Number.isNaN)).toBeNaN()
    expect(await source.next("hall3.AHU.Zone70")).toBe(55)
    expect(await source.failing()).toMatchObject([
      { name: device.address, error: expect.stringContaining("no answer") },
    ])

    await device.listen()
    expect(await source.next("hall2.AHU4711.AHU.Zone90", (value) => value > 0)).toBe(65)
    await expect.poll(() => source.stored("hall2.AHU4711.AHU.Zone90")).toEqual(expect.arrayContaining([65, Number.NaN]))
    expect(await source.agent.stop()).toBe(0)
    expect(readdirSync(state)).toEqual(["source-bacnet.bacnet.json"])
  })

  test("under names of the configuration's own", { timeout: 60_000 }, async (t) => {
    const device = await BacpypesDevice.start(t, { instance: 4711, objects: 3, segmentation: "noSegmentation" })
    const metrics = { zone: { identifier: "analogInput:2", unit: "°C" }, fan: { identifier: "binary-input,1" } }
    const config = {
      bacnetAddress: `127.0.0.3:${await freePort()}`,
      bacnetIdentifier: 4242,
      bacnetName: "mq",
      interval: "500ms",
      devices: [{ address: device.address, prefix: "hall2", groups: [{ metrics }] }],
    }
    const source = await SourceInNetwork.start(t, "source-bacpypes", config, { metrics: ["hall2.zone", "hall2.fan"] })
    expect(await source.next("hall2.zone")).toBe(21)
    expect(await source.next("hall2.fan")).toBe(1)
  })
})

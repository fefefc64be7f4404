import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describeOnBrokers, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { setStateFolder } from "../kit/state-folder.js"
import { BacnetTestDevice, real } from "../testing/bacnet-test-device.js"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { bacnet } from "./agent.js"

let lastPort = 40_000 + (process.pid % 20_000)
/** The own address is each test's own. */
const own = () => `127.0.0.3:${++lastPort}`
const base = () => ({
  bacnetReaderAddress: own(),
  bacnetReaderObjectIdentifier: 4242,
  bacnetReaderRetryCount: 1,
  timeout: 0.2,
  retries: 0,
  jitter: 0,
  selfMetrics: { interval: 0.05 },
})
const group = (objectInstance: string, more: object = {}) => ({
  objectType: "analogInput",
  objectInstance,
  interval: 0.05,
  ...more,
})
const hall = (objectGroups: object[], more: object = {}) => ({ metricId: "hall.$objectName", objectGroups, ...more })
const start = (t: Parameters<typeof SourceUnderTest.start>[0], config: object, metrics: string[]) =>
  SourceUnderTest.start(t, bacnet as never, config, { metrics })

describeOnBrokers("source-bacnet", (kind) => {
  test("sends values under the names that the device gives, and declares them as the original does", async (t) => {
    const device = await BacnetTestDevice.start(t)
    device.add("analogInput:1", "Zone'1 Temp", real(21.5)).add("binaryInput:7", "Fän", [{ type: 9, value: 1 }])
    const groups = [
      group("1"),
      { ...group("7", { description: "$deviceName: $objectDescription" }), objectType: "binaryInput" },
    ]
    const config = {
      ...base(),
      vendorSpecificMapping: { "AHU 4711": "air" },
      vendorSpecificNameSubstitutions: { ä: "ae" },
      vendorSpecificDescriptionSubstitutions: { Fän: "fan" },
      devices: { [device.address]: { metricId: "hall.$deviceName.$objectName", objectGroups: groups } },
    }
    const metrics = ["hall.air.Zone.1Temp", "hall.air.Faen"]
    const source = await SourceUnderTest.start(t, bacnet as never, config, { metrics, broker: { kind } })
    expect(await source.nextValue("hall.air.Zone.1Temp")).toBe(21.5)
    expect(await source.nextValue("hall.air.Faen")).toBe(1)
    expect(await source.metadata("hall.air.Zone.1Temp")).toMatchObject({
      rate: 20,
      device: device.address,
      objectType: "analogInput",
      objectInstance: 1,
      description: "description of Zone.1 Temp",
      unit: "degreesCelsius",
    })
    expect(await source.metadata("hall.air.Faen")).toMatchObject({ description: "air: description of fan" })
    await expect.poll(() => device.asked.slice(-2)).toEqual([2, 2])
  })
})

describe("devices that misbehave", () => {
  test("one that hangs, answers garbage, stops and comes back disturbs no other", async (t) => {
    const good = (await BacnetTestDevice.start(t)).add("analogInput:1", "good", real(1))
    const bad = (await BacnetTestDevice.start(t, { host: "127.0.0.4" })).add("analogInput:1", "bad", real(2))
    const devices = { [good.address]: hall([group("1")]), [bad.address]: hall([group("1", { onFailure: "nan" })]) }
    const up = `source-bacnet.${bad.address.replace(":", "_")}.up`
    const source = await start(t, { ...base(), devices }, ["hall.good", "hall.bad", up])
    expect(await source.nextValue("hall.bad")).toBe(2)
    bad.mode = "silent"
    expect(await source.nextValue("hall.bad", Number.isNaN)).toBeNaN()
    expect(await source.nextValue(up, (value) => value === 0)).toBe(0)
    expect(await source.discover()).toMatchObject({
      failingTargets: [{ name: bad.address, error: expect.stringContaining("no answer") }],
    })
    expect(await source.nextValue("hall.good")).toBe(1)
    await bad.stop()
    bad.mode = "answers"
    await bad.listen()
    expect(await source.nextValue("hall.bad", (value) => value === 2)).toBe(2)
    expect(await source.nextValue(up, (value) => value === 1)).toBe(1)
    bad.mode = "garbage"
    expect(await source.nextValue("hall.bad", Number.isNaN)).toBeNaN()
    expect(await source.nextValue("hall.good")).toBe(1)
    await expect
      .poll(async () => (await source.discover()).failingTargets)
      .toMatchObject([{ name: bad.address, error: expect.stringContaining("makes no sense") }])
  })

  test("portions shrink to what a device without segmentation can answer, and stay so", async (t) => {
    const device = await BacnetTestDevice.start(t)
    for (let i = 1; i <= 20; i += 1) device.add(`analogInput:${i}`, `o${i}`, real(i))
    device.mostObjects = 6
    const source = await start(t, { ...base(), devices: { [device.address]: hall([group("1-20")]) } }, ["hall.o20"])
    expect(await source.nextValue("hall.o20")).toBe(20)
    await expect.poll(() => device.asked.slice(-4)).toEqual([5, 5, 5, 5])
  })

  test("a device without ReadPropertyMultiple is asked for one property at a time", async (t) => {
    const device = (await BacnetTestDevice.start(t))
      .add("analogInput:1", "a", real(5))
      .add("analogInput:2", "b", real(6))
    device.knowsMultiple = false
    const source = await start(t, { ...base(), devices: { [device.address]: hall([group("1-2")]) } }, ["hall.b"])
    expect(await source.nextValue("hall.b")).toBe(6)
    expect(device.asked.filter((count) => count !== "one")).toHaveLength(1)
  })

  test("an object that does not exist, one without a number, and two of the same name harm no other", async (t) => {
    const device = (await BacnetTestDevice.start(t)).add("analogInput:1", "a", real(5))
    device.add("analogInput:2", "text", [{ type: 7, value: "on" }]).add("analogInput:3", "a", real(7))
    const config = { ...base(), devices: { [device.address]: hall([group("1-4", { onFailure: "nan" })]) } }
    const source = await start(t, config, ["hall.a", "hall.text"])
    expect(await source.nextValue("hall.text")).toBeNaN()
    expect(await source.nextValue("hall.a")).toBe(5)
    expect(await source.nextValue("hall.a")).toBe(5)
    const found = await source.discover()
    expect(found).toMatchObject({ targetsUp: 1 })
    expect(source.warnings.join("\n")).toMatch(/analogInput:4.*unknown object/)
  })

  test("nanAtTimeout tells silence after six intervals, at the fifth", async (t) => {
    const device = (await BacnetTestDevice.start(t)).add("analogInput:1", "a", real(5))
    const config = { ...base(), nanAtTimeout: true, devices: { [device.address]: hall([group("1")]) } }
    const source = await start(t, config, ["hall.a"])
    let last = await source.next("hall.a")
    device.mode = "silent"
    for (let next = await source.next("hall.a"); ; next = await source.next("hall.a")) {
      if (Number.isNaN(next.value)) {
        expect(next.time - last.time).toBe(250_000_000n)
        break
      }
      last = next
    }
  })
})

describe("changes that devices tell of", () => {
  test("arrive between rounds, and are cancelled at the end", async (t) => {
    const device = (await BacnetTestDevice.start(t)).add("analogInput:1", "a", real(5))
    const devices = { [device.address]: hall([group("1", { interval: 3600 })]) }
    const source = await start(t, { ...base(), cov: true, devices }, ["hall.a"])
    expect(await source.nextValue("hall.a")).toBe(5)
    await expect.poll(() => device.subscribed).toEqual(["+analogInput:1"])
    device.notify("analogInput:1", real(6))
    expect(await source.nextValue("hall.a")).toBe(6)
    await source.agent.stop()
    await expect.poll(() => device.subscribed).toEqual(["+analogInput:1", "-analogInput:1"])
  })

  test("are renewed in time, and polling goes on where a device refuses", async (t) => {
    const device = (await BacnetTestDevice.start(t)).add("analogInput:1", "a", real(5))
    const other = (await BacnetTestDevice.start(t)).add("analogInput:1", "b", real(6))
    other.knowsCov = false
    const devices = { [device.address]: hall([group("1")]), [other.address]: hall([group("1")]) }
    const source = await start(t, { ...base(), cov: { lifetime: 1 }, devices }, ["hall.a", "hall.b"])
    await expect.poll(() => device.subscribed.length, { timeout: 5000 }).toBeGreaterThan(2)
    other.set("analogInput:1", real(7))
    expect(await source.nextValue("hall.b", (value) => value === 7)).toBe(7)
  })
})

describe("names that are kept", () => {
  test("are written when they are found, and stand in for a device that is away", async (t) => {
    const folder = await temporaryFolder(t)
    setStateFolder(folder)
    t.onTestFinished(() => setStateFolder(undefined))
    const device = (await BacnetTestDevice.start(t)).add("analogInput:1", "a", real(5))
    const devices = { [device.address]: hall([group("1", { onFailure: "nan" })]) }
    const file = join(folder, "source-bacnet.bacnet.json")
    const source = await start(t, { ...base(), devices }, ["hall.a"])
    expect(await source.nextValue("hall.a")).toBe(5)
    const key = `${device.address}-*-analogInput-*-1`
    await expect
      .poll(() => JSON.parse(readFileSync(file, "utf8"))[key], { timeout: 5000 })
      .toMatchObject({ objectName: "a", units: "degreesCelsius" })
    await source.agent.stop()

    // As the original writes it, for a device that is away.
    await device.stop()
    writeFileSync(file, JSON.stringify({ [key]: { objectName: "old", description: "from the original" } }))
    const later = await start(t, { ...base(), devices }, ["hall.old"])
    expect(await later.nextValue("hall.old")).toBeNaN()
    expect(await later.metadata("hall.old")).toMatchObject({ description: "from the original" })
  })
})

describe("who writes configurations", () => {
  test("is told of devices, their names and their objects", async (t) => {
    const device = (await BacnetTestDevice.start(t)).add("analogInput:1", "a").add("trendLog:1", "log")
    for (let i = 1; i <= 30; i += 1) device.add(`analogValue:${i}`, `v${i}`)
    device.mostObjects = 20
    const config = { ...base(), vendorSpecificMapping: { "AHU 4711": "air" } }
    const source = await start(t, { ...config, devices: { [device.address]: hall([group("1")]) } }, ["hall.a"])
    await source.nextValue("hall.a")
    const client = await source.net.adminClient()
    const ask = (name: string, args: object = {}) =>
      client.rpcTo("source-bacnet", `source_bacnet.${name}`, args as never)
    const described = { device_id: 4711, device_name: "air (orig: AHU 4711)" }
    expect(await ask("get_advertised_devices")).toEqual({ [device.address]: described })
    const names = await ask("get_device_name_from_ip", { ips: [device.address, "127.0.0.2:1"] })
    expect(names).toEqual({ [device.address]: described, "127.0.0.2:1": { device_id: null, device_name: "N/A" } })
    const objects = await ask("get_object_list_with_info", { ip: device.address })
    expect(Object.keys(objects)).toHaveLength(32)
    expect(objects["analogValue-30"]).toMatchObject({ objectName: "v30", description: "description of v30" })
    await expect(ask("get_object_list_with_info", { ip: "nowhere" })).rejects.toThrow("expected an address")
  })
})

test("a new configuration touches only what it changes, and may give a name to another device", async (t) => {
  const one = (await BacnetTestDevice.start(t)).add("analogInput:1", "o", real(1))
  const two = (await BacnetTestDevice.start(t, { instance: 4712 })).add("analogInput:1", "o", real(2))
  const calm = (await BacnetTestDevice.start(t, { instance: 4713 })).add("analogInput:1", "calm", real(3))
  const named = (metricId: string) => ({ metricId, objectGroups: [group("1")] })
  const config = (first: string, second: string) => ({
    ...shared,
    devices: { [one.address]: named(first), [two.address]: named(second), [calm.address]: named("hall.$objectName") },
  })
  const shared = base()
  const source = await start(t, config("hall.a", "hall.b"), ["hall.a", "hall.b", "hall.calm"])
  expect([await source.nextValue("hall.a"), await source.nextValue("hall.b")]).toEqual([1, 2])
  expect(await source.nextValue("hall.calm")).toBe(3)
  const namings = () => calm.asked.filter((count) => count !== "one").length
  const before = namings()
  await source.configure(config("hall.b", "hall.a"))
  expect(await source.nextValue("hall.a", (value) => value === 2)).toBe(2)
  expect(await source.nextValue("hall.b", (value) => value === 1)).toBe(1)
  expect(namings()).toBe(before)
  await expect(source.configure(config("", "hall.a"))).rejects.toThrow("metricId")
  const twice = { ...named("hall.a"), objectGroups: [group("1-3"), group("2", { interval: 1 })] }
  await expect(source.configure({ ...shared, devices: { [one.address]: twice } })).rejects.toThrow(
    "analogInput:2 stands there twice",
  )
  expect(await source.nextValue("hall.b")).toBe(1)
})

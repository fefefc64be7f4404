import { Timestamp } from "@metricq/client"
import { describeOnBrokers, type startNetwork, type TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import { runOnce } from "../kit/run-once.js"
import { MqttDevice } from "../testing/mqtt-device.js"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { mqtt } from "./agent.js"

const selfMetrics = { interval: 0.05 }
const power = { topic: "lab/+/power", name: "lab.{topic[1]}.power", unit: "W" }
const up = "source-mqtt.building.up"

async function start(
  t: TestScope,
  device: MqttDevice,
  subscriptions: object[],
  more: object = {},
  top: object = {},
  broker?: Parameters<typeof startNetwork>[1],
) {
  const brokers = { building: { url: device.url, connect_timeout: 0.3, subscriptions, ...more } }
  const subscribed = device.manner === "normal" ? device.nextSubscription() : Promise.resolve()
  const source = await SourceUnderTest.start(
    t,
    mqtt as never,
    { brokers, selfMetrics, ...top },
    {
      metrics: ["lab.a.power", "lab.b.power", "lab.room.temperature", "lab.x1.energy.total", up],
      ...(broker && { broker }),
    },
  )
  await subscribed
  return source
}

test("the first value of a metric is not lost, and metadata say where it comes from", async (t) => {
  const device = await MqttDevice.start(t)
  const source = await start(t, device, [power], { user: "lab", password: "secret" })
  device.publish("lab/a/power", "230.5")
  expect((await source.next("lab.a.power")).value).toBe(230.5)
  device.publish("lab/b/power", " 17 ", { qos: 1 })
  expect((await source.next("lab.b.power")).value).toBe(17)
  await expect.poll(() => device.confirmed).toBe(1)
  expect(await source.metadata("lab.a.power")).toMatchObject({ unit: "W", description: "lab/a/power" })
  expect(device.connectTexts).toEqual(["metricq-source-mqtt-building", "lab", "secret"])
  expect(device.subscribed).toEqual(["lab/+/power"])
})

test("several values of a JSON payload, with its time and its names", async (t) => {
  const device = await MqttDevice.start(t)
  const sensors = {
    topic: "sensors/#",
    name: "lab.{id}.{value}",
    variables: { id: "$.id" },
    timestamp: { json: "$.time" },
    values: { temperature: { json: "$.celsius", unit: "degC" }, "energy.total": { json: "$.wh", scale: 3600 } },
  }
  const source = await start(t, device, [sensors])
  device.publish("sensors/1", JSON.stringify({ id: "room", time: "2026-03-01T12:00:00.25+01:00", celsius: 21.5 }))
  const { value, time } = await source.next("lab.room.temperature")
  expect([value, Timestamp.fromNs(time).toIso()]).toEqual([21.5, "2026-03-01T11:00:00.250Z"])
  device.publish("sensors/9/z", JSON.stringify({ id: "x1", time: 1772366400, wh: 2 }))
  expect((await source.next("lab.x1.energy.total")).value).toBe(7200)
})

test("what is unreadable is counted and told, and disturbs nothing else", async (t) => {
  const device = await MqttDevice.start(t)
  const source = await start(t, device, [power])
  for (const garbage of ["", "none", '{"x":', Buffer.of(0xff, 0xfe), "1 2"]) device.publish("lab/a/power", garbage)
  device.publish("lab/a/power", "5")
  expect((await source.next("lab.a.power")).value).toBe(5)
  const found = await source.discover()
  expect(found).toMatchObject({ targets: 1, targetsUp: 1, metrics: 1 })
  expect(found.feeds).toMatchObject([
    { name: "building", messages: 6, unreadable: 5, lastProblem: '"1 2" is no number' },
  ])
  expect(source.warnings).toHaveLength(1)
  expect(source.warnings[0]).toContain("building: lab/a/power:")
})

describeOnBrokers("source-mqtt", (kind) => {
  test("a broker that goes and comes back is seen, and connected to again", async (t) => {
    const device = await MqttDevice.start(t)
    const source = await start(t, device, [power], {}, {}, { kind })
    expect(await source.nextValue(up)).toBe(1)
    await device.stop()
    expect(await source.nextValue(up, (value) => value === 0)).toBe(0)
    expect(await source.discover()).toMatchObject({ targetsUp: 0, failingTargets: [{ name: "building" }] })
    const subscribed = device.nextSubscription()
    await device.listen()
    await subscribed
    expect(await source.nextValue(up, (value) => value === 1)).toBe(1)
    device.publish("lab/a/power", "1")
    expect((await source.next("lab.a.power")).value).toBe(1)
  })
})

for (const [manner, reason] of [
  ["hang", "connack timeout"],
  ["garbage", ""],
  ["forbid", "does not allow to subscribe to lab/+/power"],
] as const) {
  test(`a broker that is of no use (${manner}) is told, and used once it is better`, async (t) => {
    const device = await MqttDevice.start(t)
    device.manner = manner
    const source = await start(t, device, [power])
    expect(await source.nextValue(up)).toBe(0)
    const { failingTargets } = await source.discover()
    expect(failingTargets).toMatchObject([{ name: "building", error: expect.stringContaining(reason) }])
    device.manner = "normal"
    await device.nextSubscription()
    expect(await source.nextValue(up, (value) => value === 1)).toBe(1)
    await expect.poll(() => device.openConnections).toBe(1)
  })
}

test("a broker that falls silent is taken for gone", async (t) => {
  const device = await MqttDevice.start(t)
  const source = await start(t, device, [power], { keepalive: 1 })
  expect(await source.nextValue(up, (value) => value === 1)).toBe(1)
  device.manner = "hang"
  expect(await source.nextValue(up, (value) => value === 0)).toBe(0)
  expect(await source.discover()).toMatchObject({ failingTargets: [{ error: expect.stringContaining("Keepalive") }] })
})

test("a filter that is not allowed does not stop the others", async (t) => {
  const device = await MqttDevice.start(t)
  device.forbidden.add("secret/#")
  const source = await start(t, device, [power, { ...power, topic: "secret/#" }])
  device.publish("lab/a/power", "1")
  expect((await source.next("lab.a.power")).value).toBe(1)
  const { feeds, targetsUp } = await source.discover()
  expect(targetsUp).toBe(1)
  expect(feeds).toMatchObject([{ refused: ["secret/#"], lastProblem: expect.stringContaining("secret/#") }])
})

test("a message that is too large ends the connection before it fills the memory", async (t) => {
  const device = await MqttDevice.start(t)
  const source = await start(t, device, [power], { max_payload: 1000 })
  const again = device.nextSubscription()
  // The header of a packet of 200 MB.
  device.send(Buffer.of(0x30, 0x80, 0x84, 0xaf, 0x5f))
  await again
  const { feeds } = await source.discover()
  expect(feeds).toMatchObject([{ lastProblem: "a message has more than 1000 bytes (max_payload)" }])
})

test("a flood of topics makes as many metrics as are allowed, which go on", async (t) => {
  const device = await MqttDevice.start(t)
  const source = await start(t, device, [power], {}, { max_metrics: 20 })
  device.publish("lab/a/power", "1")
  for (let i = 0; i < 5000; i += 1) device.publish(`lab/flood${i}/power`, "1")
  device.publish("lab/a/power", "2")
  expect(await source.nextValue("lab.a.power", (value) => value === 2)).toBe(2)
  expect(await source.discover()).toMatchObject({ metrics: 20, refusedValues: 4981, targetsUp: 1 })
  expect(source.warnings[0]).toContain("there are 20 metrics already (max_metrics)")
})

test("silence is told if wished, once each time-out", async (t) => {
  const device = await MqttDevice.start(t)
  const source = await start(t, device, [
    { ...power, topic: "lab/a/power", timeout: 0.3 },
    { ...power, topic: "lab/b/power", timeout: 0.3, onFailure: "last" },
  ])
  device.publish("lab/a/power", "1")
  device.publish("lab/b/power", "2")
  expect((await source.next("lab.a.power")).value).toBe(1)
  expect((await source.next("lab.a.power")).value).toBeNaN()
  for (let i = 0; i < 2; i += 1) expect((await source.next("lab.b.power")).value).toBe(2)
  device.publish("lab/a/power", "3")
  expect(await source.nextValue("lab.a.power", (value) => !Number.isNaN(value))).toBe(3)
})

test("kept messages count once: not again after the connection was lost", async (t) => {
  const device = await MqttDevice.start(t)
  const source = await start(t, device, [power, { ...power, topic: "lab/b/power", retained: "ignore" }])
  device.publish("lab/a/power", "1", { retain: true })
  expect((await source.next("lab.a.power")).value).toBe(1)
  device.publish("lab/a/power", "1", { retain: true })
  device.publish("lab/a/power", "2")
  expect((await source.next("lab.a.power")).value).toBe(2)
})

test("a new configuration leaves the brokers alone that it does not change", async (t) => {
  const [device, other] = [await MqttDevice.start(t), await MqttDevice.start(t)]
  const source = await start(t, device, [power])
  const building = { url: device.url, connect_timeout: 0.3, subscriptions: [power] }
  const subscribed = other.nextSubscription()
  const more = { url: other.url, subscriptions: [{ ...power, name: "lab.{topic[-2]}.power", unit: "kW" }] }
  await source.configure({ brokers: { building, more }, selfMetrics })
  await subscribed
  other.publish("lab/b/power", "4")
  expect((await source.next("lab.b.power")).value).toBe(4)
  expect([device.subscribed.length, device.openConnections]).toEqual([1, 1])
  await source.configure({ brokers: { building }, selfMetrics })
  await expect.poll(() => other.openConnections).toBe(0)
  await expect(source.configure({ brokers: { building: { ...building, url: "amqp://x" } } })).rejects.toThrow(
    "brokers.building.url: expected an address such as mqtt://host:1883",
  )
  const began = performance.now()
  await source.agent.stop()
  expect(performance.now() - began).toBeLessThan(2000)
  await expect.poll(() => device.openConnections).toBe(0)
})

test("--once listens, and --discover makes a configuration that takes what came", async (t) => {
  const device = await MqttDevice.start(t)
  const discovering = mqtt.discovery?.run(
    { url: device.url, seconds: "0.3", name: "hall" },
    { signal: new AbortController().signal, progress: () => {} },
  )
  await device.nextSubscription()
  device.publish("lab/a/power", "1")
  device.publish("lab/b/power", "2")
  device.publish("lab/c/state", "on")
  device.publish("zigbee/door", '{"contact":true,"link":{"quality":80},"name":"x"}')
  const found = await discovering
  expect(found).toEqual({
    brokers: {
      mqtt: {
        url: device.url,
        subscriptions: [
          { topic: "lab/+/power", name: "hall.{topic}", unit: "" },
          {
            topic: "zigbee/door",
            name: "hall.{topic}.{value}",
            values: {
              contact: { json: "$.contact", unit: "" },
              "link.quality": { json: "$.link.quality", unit: "" },
            },
          },
        ],
      },
    },
  })
  const end = new AbortController()
  const reading = runOnce(mqtt as never, found, { signal: end.signal })
  await device.nextSubscription()
  device.publish("lab/a/power", "1.5")
  device.publish("zigbee/door", '{"contact":false,"link":{"quality":81}}', { qos: 1 })
  await expect.poll(() => device.confirmed).toBe(1)
  end.abort()
  const points = await reading
  expect(points.map(({ metric, value }) => [metric, value])).toEqual([
    ["hall.lab.a.power", 1.5],
    ["hall.zigbee.door.contact", 0],
    ["hall.zigbee.door.link.quality", 81],
  ])
})

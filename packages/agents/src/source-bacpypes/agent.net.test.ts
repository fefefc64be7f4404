import { checkConfig } from "@metricq/client"
import { expect, test } from "vitest"
import { BacnetTestDevice, real } from "../testing/bacnet-test-device.js"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { bacpypes } from "./agent.js"

const own = { bacnetIdentifier: 4242, bacnetName: "mq", timeout: 0.2, retries: 0, selfMetrics: false }
let lastPort = 20_000 + (process.pid % 20_000)

test("sends values under the names of the configuration, at the time of the question", async (t) => {
  const device = (await BacnetTestDevice.start(t))
    .add("analogValue:190", "x", real(12.5))
    .add("binaryInput:1", "y", real(1))
  const metrics = {
    "chiller.power": { identifier: "analogValue:190", unit: "kW", description: "chiller" },
    ".again": { identifier: "analog-value,190" },
    gone: { identifier: "analogValue:191", onFailure: "nan" },
  }
  const groups = [{ metrics }, { interval: 60, metrics: { fan: { identifier: "binaryInput:1" } } }]
  const config = {
    ...own,
    bacnetAddress: `127.0.0.3:${++lastPort}`,
    interval: "50ms",
    devices: [{ address: device.address, prefix: "hall2.", description: "Hall 2", groups }],
  }
  const names = ["hall2.chiller.power", "hall2.again", "hall2.gone", "hall2.fan"]
  const source = await SourceUnderTest.start(t, bacpypes as never, config, { metrics: names })
  expect(await source.nextValue("hall2.fan")).toBe(1)
  expect(await source.nextValue("hall2.gone")).toBeNaN()
  const [power, again] = [await source.next("hall2.chiller.power"), await source.next("hall2.again")]
  expect([power.value, again.value]).toEqual([12.5, 12.5])
  expect(power.time).toBe(again.time)
  expect(await source.metadata("hall2.chiller.power")).toMatchObject({
    description: "Hall 2 chiller",
    rate: 20,
    interval: "50ms",
    address: device.address,
    identifier: "analogValue:190",
    unit: "kW",
  })
  device.mode = "silent"
  await expect.poll(async () => (await source.discover()).targetsUp).toBe(0)
  device.mode = "answers"
  device.set("analogValue:190", real(13))
  expect(await source.nextValue("hall2.chiller.power", (value) => value === 13)).toBe(13)
})

test("a configuration without an interval, or with a wrong object, is refused with the place", async () => {
  const group = (metric: object, more: object = {}) => ({ metrics: { a: metric }, ...more })
  const config = (some: object) => ({
    ...own,
    bacnetAddress: "192.0.2.9",
    devices: [{ address: "192.0.2.40", prefix: "p", groups: [some] }],
  })
  expect(() => checkConfig(bacpypes, config(group({ identifier: "thermometer:1" })))).toThrow(
    /devices\[0\]\.groups\[0\]\.metrics\.a\.identifier: expected an object such as "analogValue:190"/,
  )
  const source = bacpypes.create({ token: "source-bacpypes", url: "amqp://offline.invalid/" })
  const { config: checked } = checkConfig(bacpypes, config(group({ identifier: "analogValue:1" })))
  await expect(source.onConfig(checked)).rejects.toThrow("devices[0].groups[0].interval: expected here, or for all")
})

import { createSocket, type Socket } from "node:dgram"
import { once } from "node:events"
import { checkConfig } from "@metricq/client"
import { onTestEnd, type TestScope } from "@metricq/testkit"
import { expect, test } from "vitest"
import { BacnetPort } from "../kit/bacnet/bacnet-port.js"
import { BacnetTestDevice } from "../testing/bacnet-test-device.js"
import { bacnet } from "./agent.js"
import { bacnetDiscovery } from "./discovery.js"

let lastPort = 30_000 + (process.pid % 20_000)
const signal = new AbortController().signal

async function discover(options: Record<string, string>) {
  const lines: string[] = []
  const config = await bacnetDiscovery.run(
    { address: `127.0.0.3:${++lastPort}`, time: "0.3s", ...options },
    { signal, progress: (line) => lines.push(line) },
  )
  return { config, lines }
}

test("makes a configuration of the devices that answer, which passes the check", async (t) => {
  const device = await BacnetTestDevice.start(t)
  for (const instance of [1, 2, 3, 7]) device.add(`analogInput:${instance}`, `o${instance}`)
  device.add("binaryInput:1", "b").add("trendLog:1", "log")
  const { config, lines } = await discover({ broadcast: device.address, prefix: "hall2.", interval: "5s" })
  const objectGroups = [{ objectType: "analogInput", objectInstance: "1-3,7", interval: "5s" }]
  expect(config).toMatchObject({
    devices: { [device.address]: { metricId: "hall2.$deviceName.$objectName", objectGroups } },
  })
  expect(checkConfig(bacnet, config).warnings).toEqual([])
  expect(lines).toContain(`${device.address}  device 4711  AHU 4711: 4 objects`)
})

test("asks only for the instances and types that are wanted, and reads long lists piece by piece", async (t) => {
  const device = await BacnetTestDevice.start(t)
  for (let instance = 1; instance <= 50; instance += 1) device.add(`binaryInput:${instance}`, `o${instance}`)
  device.mostObjects = 10
  const { config } = await discover({ broadcast: device.address, low: "4711", high: "4711", types: "binaryInput" })
  const objectGroups = [{ objectType: "binaryInput", objectInstance: "1-50", interval: "30s" }]
  expect(config).toMatchObject({ devices: { [device.address]: { objectGroups } } })
  const other = await discover({ broadcast: device.address, low: "1", high: "9" })
  expect(other.config).toMatchObject({ devices: {} })
})

test("wrong options are all told", async () => {
  const wrong = { address: "here", low: "x", types: "thermometer", time: "soon" }
  await expect(bacnetDiscovery.run(wrong, { signal, progress: () => {} })).rejects.toThrow(
    /address: expected.*low: expected.*time: expected.*types: expected/s,
  )
})

test("a foreign device is registered with the BBMD, again in time, and hears what is broadcast there", async (t) => {
  const device = await BacnetTestDevice.start(t)
  const bbmd = await bbmdAt(t, "127.0.0.5", device.address)
  const port = await BacnetPort.open({
    local: { host: "127.0.0.3", port: ++lastPort },
    instance: 1,
    foreign: { host: bbmd.host, port: bbmd.port, ttlS: 1 },
    timeoutMs: 300,
    attempts: 1,
  })
  onTestEnd(t, () => port.close())
  await expect.poll(() => bbmd.registrations, { timeout: 5000 }).toEqual([1, 1, 1])
  port.whoIs()
  await expect.poll(() => [...port.introductions].map(({ instance }) => instance)).toEqual([4711])
  expect([...port.introductions][0]?.address).toMatchObject({ host: device.host })
})

/** A BBMD with one device in its network: what it is to distribute goes there, and what comes from there to who registered. */
async function bbmdAt(t: TestScope, host: string, device: string) {
  const socket: Socket = createSocket("udp4")
  socket.bind(0, host)
  await once(socket, "listening")
  onTestEnd(t, () => socket.close())
  const registrations: number[] = []
  const [deviceHost = "", devicePort = ""] = device.split(":")
  let foreign = { host: "", port: 0 }
  socket.on("message", (datagram, { address, port }) => {
    if (datagram[1] === 0x05) {
      registrations.push(datagram.readUInt16BE(4))
      foreign = { host: address, port }
      socket.send(Buffer.from([0x81, 0x00, 0, 6, 0, 0]), port, address)
    } else if (datagram[1] === 0x09) {
      socket.send(withFunction(datagram, 0x0b), Number(devicePort), deviceHost)
    } else {
      const origin = Buffer.from([...address.split(".").map(Number), port >> 8, port & 255])
      const forwarded = Buffer.concat([Buffer.from([0x81, 0x04, 0, datagram.length + 6]), origin, datagram.subarray(4)])
      socket.send(forwarded, foreign.port, foreign.host)
    }
  })
  return { host, port: socket.address().port, registrations }
}

function withFunction(datagram: Buffer, number: number): Buffer {
  const copy = Buffer.from(datagram)
  copy[1] = number
  return copy
}

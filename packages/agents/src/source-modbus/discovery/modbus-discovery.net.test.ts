import { checkConfig, type JsonObject } from "@metricq/client"
import { expect, type TestContext, test } from "vitest"
import { parseDiscoveryOptions } from "../../kit/discovery.js"
import { runOnce } from "../../kit/run-once.js"
import { ModbusDevice } from "../../testing/modbus-device.js"
import { modbus } from "../agent.js"
import { modbusDiscovery } from "./modbus-discovery.js"

const lines: string[] = []

async function discover(
  device: ModbusDevice,
  words: string[],
  signal = new AbortController().signal,
): Promise<JsonObject> {
  const all = ["host=127.0.0.1", `port=${device.port}`, "timeout=100ms", ...words]
  const options = parseDiscoveryOptions("source-modbus", modbusDiscovery, all)
  lines.length = 0
  return modbusDiscovery.run(options, { signal, progress: (line) => void lines.push(line) })
}

/** Has registers 100 to 103 and 200 to 207 of units 1 and 5. */
async function meter(t: TestContext): Promise<ModbusDevice> {
  const device = await ModbusDevice.start(t)
  device.setFloat(100, 230.5)
  device.registers.set(102, 17)
  device.setText(200, "PX3-5478")
  device.behaviour = (request, socket) => {
    const { unit, address, count, code } = request
    const isIn = (from: number, to: number) => address >= from && address + count - 1 <= to
    if (unit !== 1 && unit !== 5) return
    if (code !== 4) device.refuse(request, socket, 1)
    else if (isIn(100, 103) || isIn(200, 203)) device.answer(request, socket)
    else device.refuse(request, socket, 2)
  }
  return device
}

test("finds what answers, whatever lies between, and prints a configuration that works", async (t) => {
  const device = await meter(t)
  const found = await discover(device, ["unit=1-5", "registers=0-300", "name=lab.pdu"])
  expect(found).toEqual({
    interval: "10s",
    hosts: [1, 5].map((unit) => ({
      hosts: "127.0.0.1",
      port: device.port,
      names: `lab.pdu.unit${unit}`,
      slave_id: unit,
      description: "$input200",
      strings: { input200: { address: 200, size: 8 } },
      maxGap: 0,
      groups: [
        {
          metrics: {
            input100: { address: 100 },
            input102: { address: 102, type: "uint16" },
            input103: { address: 103, type: "uint16" },
          },
        },
      ],
    })),
  })
  expect(lines).toContain("unit 2: no answer within 0.1 s")
  expect(lines).toContain("unit 5: 8 input registers")
  expect(checkConfig(modbus, found).warnings).toEqual([])
  const points = await runOnce(modbus as never, { ...found, selfMetrics: false })
  expect(points.map(({ metric, value, metadata }) => [metric, value, metadata.description])).toEqual(
    [1, 5].flatMap((unit) => [
      [`lab.pdu.unit${unit}.input100`, 230.5, "PX3-5478"],
      [`lab.pdu.unit${unit}.input102`, 17, "PX3-5478"],
      [`lab.pdu.unit${unit}.input103`, 0, "PX3-5478"],
    ]),
  )
})

test("looks for holding registers where there are no input registers, and for others if asked to", async (t) => {
  const device = await ModbusDevice.start(t)
  device.behaviour = (request, socket) =>
    request.code === 4 ? device.refuse(request, socket, 1) : device.answer(request, socket)
  const [host] = (await discover(device, ["registers=7"])).hosts as JsonObject[]
  expect(host).toMatchObject({
    names: "device",
    groups: [{ metrics: { holding7: { function: "holding", type: "uint16" } } }],
  })
  device.bits.add(3)
  const [coils] = (await discover(device, ["registers=3-4", "function=coil,2"])).hosts as JsonObject[]
  expect(coils?.groups).toEqual([
    {
      metrics: {
        coil3: { address: 3, function: "coil" },
        coil4: { address: 4, function: "coil" },
        discrete3: { address: 3, function: "discrete" },
        discrete4: { address: 4, function: "discrete" },
      },
    },
  ])
})

test("says what is wrong: nobody there, nothing found, options that cannot be", async (t) => {
  const device = await meter(t)
  await expect(discover(device, ["unit=2"])).rejects.toMatchObject({ code: "nothing-found" })
  await expect(discover(device, ["unit=0-300"])).rejects.toThrow("unit: expected numbers up to 255")
  await expect(discover(device, ["registers=9-3"])).rejects.toThrow("registers: expected numbers")
  await expect(discover(device, ["function=power"])).rejects.toThrow("function: expected some of coil")
  await expect(discover(device, ["timeout=soon"])).rejects.toThrow("timeout: expected a duration")
  await device.stop()
  await expect(discover(device, [])).rejects.toThrow("ECONNREFUSED")
})

test("ends with what there is when it is told to", async (t) => {
  const device = await meter(t)
  const stop = new AbortController()
  const { behaviour } = device
  device.behaviour = (request, socket) => {
    if (request.unit === 2) stop.abort()
    behaviour(request, socket)
  }
  const found = await discover(device, ["unit=1-247", "registers=100-103"], stop.signal)
  expect((found.hosts as JsonObject[]).map(({ slave_id }) => slave_id)).toEqual([1])
})

import type { Socket } from "node:net"
import { describeOnBrokers } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { ModbusDevice, type ModbusRequest } from "../testing/modbus-device.js"
import { SourceUnderTest } from "../testing/source-under-test.js"
import { modbus } from "./agent.js"

type Scope = Parameters<typeof ModbusDevice.start>[0]

const base = { interval: 0.05, timeout: 0.15, retryDelay: 0.1, selfMetrics: { interval: 0.05 } }
const hostOf = (device: ModbusDevice, names: string, metrics: object, more: object = {}) => ({
  hosts: "127.0.0.1",
  port: device.port,
  names,
  slave_id: 1,
  groups: [{ metrics }],
  ...more,
})
const start = (t: Scope, hosts: object[], metrics: string[], more: object = {}) =>
  SourceUnderTest.start(t, modbus as never, { ...base, hosts }, { metrics, ...more })

describeOnBrokers("source-modbus", (kind) => {
  test("reads registers in one request, and declares metrics as the original does", async (t) => {
    const device = await ModbusDevice.start(t)
    device.setFloat(100, 230.5)
    device.setFloat(104, 12.25)
    device.setText(200, "PX-3'7")
    const metrics = {
      "voltage.l1": { address: 100, unit: "V", description: "voltage", chunk_size: 1 },
      power: { address: 104, unit: "W", chunk_size: 1 },
    }
    const more = { description: "PDU $model", strings: { model: { address: 200, size: 16 } } }
    const names = ["lab.pdu1.voltage.l1", "lab.pdu1.power"]
    const source = await start(t, [hostOf(device, "lab.pdu1", metrics, more)], names, { broker: { kind } })
    const [voltage, power] = [await source.next("lab.pdu1.voltage.l1"), await source.next("lab.pdu1.power")]
    expect([voltage.value, power.value]).toEqual([230.5, 12.25])
    expect(voltage.time).toBe(power.time)
    expect(device.asked[0]).toMatchObject({ code: 4, unit: 1, address: 200, count: 8 })
    expect(device.asked[1]).toMatchObject({ code: 4, unit: 1, address: 100, count: 6 })
    expect(await source.metadata("lab.pdu1.voltage.l1")).toMatchObject({
      unit: "V",
      description: "PDU PX-3.7 voltage",
      rate: 20,
      interval: "50ms",
      host: "127.0.0.1",
      port: device.port,
      registerAddress: 100,
      registerType: "float",
    })
    expect(device.connections).toBe(1)
  })
})

test("coils, integers, bits and texts come by their own functions", async (t) => {
  const device = await ModbusDevice.start(t)
  device.bits.add(17)
  device.registers.set(3, 0xfffe).set(4, 0x0008)
  device.setText(10, "run")
  const metrics = {
    coil: { address: 17, function: "coil" },
    level: { address: 3, function: 3, type: "int16", scale: 0.5 },
    flag: { address: 4, function: "holding", type: "uint16", bit: 3 },
    state: { address: 10, type: "string", size: 4, map: { run: 7 } },
  }
  const names = Object.keys(metrics).map((name) => `lab.m.${name}`)
  const source = await start(t, [hostOf(device, "lab.m", metrics)], names)
  const values: number[] = []
  for (const name of names) values.push(await source.nextValue(name))
  expect(values).toEqual([1, -1, 1, 7])
  expect(device.asked.slice(0, 3).map(({ code, address, count }) => [code, address, count])).toEqual([
    [1, 17, 1],
    [3, 3, 2],
    [4, 10, 2],
  ])
})

describe("devices that misbehave", () => {
  const metrics = { a: { address: 0, type: "uint16", chunk_size: 1, onFailure: "nan" } }

  test("one that hangs, is slow, resets, answers garbage or refuses, and comes back, disturbs no other", async (t) => {
    const [good, bad] = [await ModbusDevice.start(t), await ModbusDevice.start(t)]
    good.registers.set(0, 1)
    bad.registers.set(0, 2)
    const hosts = [hostOf(good, "lab.good", metrics), hostOf(bad, "lab.bad", metrics)]
    const source = await start(t, hosts, ["lab.good.a", "lab.bad.a", "source-modbus.lab.bad.up"])
    expect(await source.nextValue("lab.bad.a")).toBe(2)
    const { behaviour } = bad
    const misbehaviours: ((request: ModbusRequest, socket: Socket) => void)[] = [
      () => {},
      (request, socket) => void setTimeout(() => bad.answer(request, socket), 300),
      (_request, socket) => void socket.resetAndDestroy(),
      (_request, socket) => void socket.end(),
      (_request, socket) => void socket.write(Buffer.alloc(100_000, "garbage")),
      (request, socket) => bad.answer(request, socket, request.transaction ^ 0x5555),
      (request, socket) => bad.write(request, socket, [4, 200, 1]),
      (request, socket) => bad.refuse(request, socket, 4),
      (request, socket) => bad.refuse(request, socket, 6),
    ]
    for (const misbehave of misbehaviours) {
      bad.behaviour = misbehave
      expect(await source.nextValue("lab.bad.a", Number.isNaN)).toBeNaN()
      expect(await source.nextValue("lab.good.a")).toBe(1)
      bad.behaviour = behaviour
      expect(await source.nextValue("lab.bad.a", (value) => !Number.isNaN(value))).toBe(2)
    }
    await bad.stop()
    expect(await source.nextValue("source-modbus.lab.bad.up", (up) => up === 0)).toBe(0)
    expect(await source.discover()).toMatchObject({ targets: 2, targetsUp: 1, failingTargets: [{ name: "lab.bad" }] })
    await bad.listen()
    expect(await source.nextValue("source-modbus.lab.bad.up", (up) => up === 1)).toBe(1)
    expect(good.connections).toBe(1)
    expect(bad.openConnections).toBe(1)
  })

  test("a dead unit leaves the others of its gateway alone", async (t) => {
    const device = await ModbusDevice.start(t)
    device.registers.set(0, 5)
    device.behaviour = (request, socket) => request.unit !== 2 && device.answer(request, socket)
    const units = hostOf(device, "lab.m[1-3]", metrics, { slave_id: "[1-3]" })
    const source = await start(t, [units], ["lab.m1.a", "lab.m2.a", "lab.m3.a"])
    expect(await source.nextValue("lab.m2.a")).toBeNaN()
    for (const name of ["lab.m1.a", "lab.m3.a", "lab.m1.a", "lab.m3.a"]) expect(await source.nextValue(name)).toBe(5)
    device.behaviour = (request, socket) => device.answer(request, socket)
    expect(await source.nextValue("lab.m2.a", (value) => !Number.isNaN(value))).toBe(5)
    expect(device.connections).toBe(1)
  })

  test("registers that are not there leave out only their own metrics", async (t) => {
    const device = await ModbusDevice.start(t)
    device.registers.set(0, 1).set(9, 4)
    device.behaviour = (request, socket) => {
      const isThere = request.address > 5 || request.address + request.count <= 5
      if (isThere) device.answer(request, socket)
      else device.refuse(request, socket, 2)
    }
    const at = (address: number) => ({ address, type: "uint16", onFailure: "nan", chunk_size: 1 })
    const some = { a: at(0), b: at(1), gone: at(5), d: at(9) }
    const source = await start(
      t,
      [hostOf(device, "lab.m", some)],
      ["lab.m.a", "lab.m.gone", "lab.m.d", "source-modbus.lab.m.up"],
    )
    expect(await source.nextValue("lab.m.a")).toBe(1)
    expect(await source.nextValue("lab.m.gone")).toBeNaN()
    expect(await source.nextValue("lab.m.d")).toBe(4)
    expect(await source.nextValue("source-modbus.lab.m.up")).toBe(1)
    expect(source.warnings.join("\n")).toContain("lab.m.gone: answered with exception 2 (illegal address)")
    const asked = device.asked.length
    await source.nextValue("lab.m.d")
    await expect.poll(() => device.asked.length).toBeGreaterThan(asked + 6)
    expect(new Set(device.asked.slice(-6).map(({ address }) => address))).toEqual(new Set([0, 5, 9]))
  })
})

test("double sampling reads twice an interval, and drops one repetition", async (t) => {
  const device = await ModbusDevice.start(t)
  let reads = 0
  device.behaviour = (request, socket) => {
    // As a device that has a new value every other time, and once the same one again.
    device.registers.set(0, [1, 1, 2, 2, 2, 3, 4, 4][reads % 8] ?? 0)
    reads += 1
    device.answer(request, socket)
  }
  const groups = [{ interval: 0.1, double_sample: true, metrics: { a: { address: 0, type: "uint16", chunk_size: 1 } } }]
  const source = await start(t, [hostOf(device, "lab.m", {}, { groups })], ["lab.m.a"])
  const points = []
  for (let i = 0; i < 6; i += 1) points.push(await source.next("lab.m.a"))
  expect(points.map(({ value }) => value)).toEqual([1, 2, 2, 3, 4, 1])
  expect(await source.metadata("lab.m.a")).toMatchObject({ rate: 10, interval: "100ms" })
  const [first, , , , , last] = points
  expect(Number((last?.time ?? 0n) - (first?.time ?? 0n)) / 1e6 / 8).toBeLessThan(80)
})

test("a connection may be closed after each round", async (t) => {
  const device = await ModbusDevice.start(t)
  const metrics = { a: { address: 0, type: "uint16", chunk_size: 1 } }
  const source = await start(t, [hostOf(device, "lab.m", metrics, { closeAfterRound: true })], ["lab.m.a"])
  for (let i = 0; i < 4; i += 1) await source.next("lab.m.a")
  expect(device.connections).toBeGreaterThanOrEqual(4)
})

test("texts are read again when a device comes back, as it may be another one", async (t) => {
  const device = await ModbusDevice.start(t)
  device.setText(50, "old")
  const metrics = { a: { address: 0, type: "uint16", chunk_size: 1 } }
  const more = { description: "$type", strings: { type: { address: 50, size: 4 } } }
  const source = await start(t, [hostOf(device, "lab.m", metrics, more)], ["lab.m.a"])
  await source.next("lab.m.a")
  expect(await source.metadata("lab.m.a")).toMatchObject({ description: "old" })
  await device.stop()
  device.setText(50, "new")
  await device.listen()
  await expect.poll(() => source.metadata("lab.m.a")).toMatchObject({ description: "new" })
})

test("a new configuration leaves devices alone that stay as they are, and stopping closes every connection", async (t) => {
  const device = await ModbusDevice.start(t)
  const other = await ModbusDevice.start(t)
  const metrics = { a: { address: 0, type: "uint16", chunk_size: 1 } }
  const stays = hostOf(device, "lab.stays", metrics)
  const source = await start(t, [stays, hostOf(other, "lab.goes", metrics)], ["lab.stays.a", "lab.added.a"])
  await source.next("lab.stays.a")
  await source.configure({ ...base, hosts: [stays, hostOf(device, "lab.added", metrics, { slave_id: 2 })] })
  await source.next("lab.added.a")
  expect([device.connections, device.openConnections]).toEqual([1, 1])
  await expect.poll(() => other.openConnections).toBe(0)
  await expect(source.configure({ ...base, hosts: [{ ...stays, names: "lab.x[1-2]" }] })).rejects.toThrow(
    "hosts[0].names",
  )
  await source.next("lab.added.a")
  const begun = performance.now()
  device.behaviour = () => {}
  await source.agent.stop()
  expect(performance.now() - begun).toBeLessThan(2000)
  await expect.poll(() => device.openConnections).toBe(0)
})

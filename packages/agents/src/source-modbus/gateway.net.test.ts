import type { Socket } from "node:net"
import { expect, type TestContext, test } from "vitest"
import { ModbusDevice, type ModbusRequest } from "../testing/modbus-device.js"
import { Gateway, type Manners } from "./gateway.js"

const manners: Manners = {
  timeoutMs: 100,
  pauseMs: 0,
  connectPauseMs: 0,
  retryMs: 200,
  busyRetries: 2,
  busyPauseMs: 5,
  closesAfterRound: false,
}
const request = { kind: "input", address: 7, count: 1 } as const
const { signal } = new AbortController()

async function start(t: TestContext) {
  const device = await ModbusDevice.start(t)
  device.registers.set(7, 42)
  const gateway = new Gateway("127.0.0.1", device.port)
  t.onTestFinished(() => gateway.close())
  const read = async (unit = 1, more: Partial<Manners> = {}) =>
    (await gateway.read(unit, request, { ...manners, ...more }, signal)).data.readUInt16BE()
  return { device, gateway, read }
}

test("all units share one connection, and wait for their turn", async (t) => {
  const { device, read } = await start(t)
  let atOnce = 0
  let most = 0
  device.behaviour = (asked, socket) => {
    atOnce += 1
    most = Math.max(most, atOnce)
    setTimeout(() => {
      atOnce -= 1
      device.answer(asked, socket)
    }, 2)
  }
  expect(await Promise.all([read(1), read(2), read(3), read(1)])).toEqual([42, 42, 42, 42])
  expect(device.asked.map(({ unit }) => unit)).toEqual([1, 2, 3, 1])
  expect([device.connections, most]).toEqual([1, 1])
})

test("a silent unit is left alone, and the others are read on over the same connection", async (t) => {
  const { device, read } = await start(t)
  device.behaviour = (asked, socket) => asked.unit !== 9 && device.answer(asked, socket)
  expect(await read(1)).toBe(42)
  await expect(read(9)).rejects.toThrow("no answer within 0.1 s")
  await expect(read(9)).rejects.toThrow("no answer within 0.1 s")
  const asked = device.asked.length
  await expect(read(9)).rejects.toThrow("no answer within 0.1 s")
  expect(device.asked.length).toBe(asked)
  expect(await Promise.all([read(1), read(2)])).toEqual([42, 42])
  device.behaviour = (again, socket) => device.answer(again, socket)
  await expect.poll(() => read(9).catch(() => 0)).toBe(42)
  expect(device.connections).toBe(1)
})

test("when all units are silent, the connection is given up", async (t) => {
  const { device, read } = await start(t)
  expect(await Promise.all([read(1), read(2)])).toEqual([42, 42])
  device.behaviour = () => {}
  await expect(read(1)).rejects.toThrow("no answer within")
  expect(device.openConnections).toBe(1)
  await expect(read(2)).rejects.toThrow("no answer within")
  await expect.poll(() => device.openConnections).toBe(0)
})

test("an answer that comes late, or has another number, is nobody's", async (t) => {
  const { device, read } = await start(t)
  await read(2)
  const late: [ModbusRequest, Socket][] = []
  device.behaviour = (asked, socket) => void late.push([asked, socket])
  await expect(read(1)).rejects.toThrow("no answer within")
  device.registers.set(7, 43)
  device.behaviour = (asked, socket) => {
    for (const [old, there] of late) device.write(old, there, [4, 2, 0, 1])
    device.answer(asked, socket, (asked.transaction + 1000) & 0xffff)
    device.answer(asked, socket)
    device.answer(asked, socket)
  }
  expect(await read(2)).toBe(43)
  expect(await read(2)).toBe(43)
  device.behaviour = (asked, socket) => device.answer(asked, socket, asked.transaction + 1)
  await expect(read(3)).rejects.toThrow("no answer within")
})

test("a connection that the device closed while nobody asked is opened anew, without a failure", async (t) => {
  const { device, read } = await start(t)
  expect(await read()).toBe(42)
  device.hangUp()
  await expect.poll(() => device.openConnections).toBe(0)
  expect(await read()).toBe(42)
  device.behaviour = (asked, socket) => {
    device.behaviour = (again, other) => device.answer(again, other)
    if (asked.unit === 1) socket.resetAndDestroy()
  }
  expect(await read()).toBe(42)
  expect(device.connections).toBe(3)
})

test("garbage and resets are failures, after which the place is left alone for a while", async (t) => {
  const { device, read } = await start(t)
  device.behaviour = (_asked, socket) => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")
  await expect(read()).rejects.toThrow("what came is no Modbus TCP: 485454502f312e31")
  device.behaviour = (_asked, socket) => void socket.resetAndDestroy()
  await expect(read()).rejects.toThrow("the connection broke: ECONNRESET")
  const { connections } = device
  await expect(read(2)).rejects.toThrow("the connection broke")
  expect(device.connections).toBe(connections)
  device.behaviour = (asked, socket) => device.answer(asked, socket)
  await expect.poll(() => read().catch(() => 0)).toBe(42)
})

test("answers of the wrong length are refused, and the connection stays", async (t) => {
  const { device, read } = await start(t)
  device.behaviour = (asked, socket) => device.write(asked, socket, [4, 4, 0, 1, 0, 2])
  await expect(read()).rejects.toThrow("no answer to the request")
  device.behaviour = (asked, socket) => device.write(asked, socket, [3, 2, 0, 1])
  await expect(read()).rejects.toThrow("no answer to the request")
  device.behaviour = (asked, socket) => device.answer(asked, socket)
  expect(await read()).toBe(42)
  expect(device.connections).toBe(1)
})

test("a busy device is asked again, a bounded number of times", async (t) => {
  const { device, read } = await start(t)
  let busy = 2
  device.behaviour = (asked, socket) => {
    busy -= 1
    if (busy >= 0) device.refuse(asked, socket, 6)
    else device.answer(asked, socket)
  }
  expect(await read()).toBe(42)
  expect(device.asked.length).toBe(3)
  busy = 3
  await expect(read()).rejects.toThrow("exception 6 (busy)")
  expect(device.asked.length).toBe(6)
})

test("a gateway that says that a unit is not there counts as its silence", async (t) => {
  const { device, read } = await start(t)
  device.behaviour = (asked, socket) =>
    asked.unit === 5 ? device.refuse(asked, socket, 11) : device.answer(asked, socket)
  for (let i = 0; i < 4; i += 1) await expect(read(5)).rejects.toThrow("exception 11")
  expect(device.asked.length).toBe(2)
  expect(await read(1)).toBe(42)
})

test("a place that cannot be reached is tried again by whoever comes after the pause", async (t) => {
  const { device, read } = await start(t)
  await device.stop()
  await expect(read(1)).rejects.toThrow(/^no connection to port \d+: ECONNREFUSED$/)
  await expect(Promise.all([read(1), read(2), read(3)])).rejects.toThrow("ECONNREFUSED")
  await device.listen()
  await expect.poll(() => read(2).catch(() => 0)).toBe(42)
})

test("pauses are kept before the first request and between requests", async (t) => {
  const { device, read } = await start(t)
  const times: number[] = []
  device.behaviour = (asked, socket) => {
    times.push(performance.now())
    device.answer(asked, socket)
  }
  const begun = performance.now()
  await Promise.all([1, 2, 3].map((unit) => read(unit, { pauseMs: 30, connectPauseMs: 50 })))
  const [first = 0, second = 0, third = 0] = times
  expect(first - begun).toBeGreaterThan(45)
  expect(second - first).toBeGreaterThan(25)
  expect(third - second).toBeGreaterThan(25)
})

test("an abort ends waiting at once, in the queue and for an answer, and spoils nothing for others", async (t) => {
  const { device, gateway, read } = await start(t)
  await read()
  device.behaviour = () => {}
  const stop = new AbortController()
  const patient = { ...manners, timeoutMs: 60_000 }
  const waiting = [1, 2].map((unit) => gateway.read(unit, request, patient, stop.signal))
  await expect.poll(() => device.asked.length).toBe(2)
  stop.abort(new Error("enough"))
  for (const one of waiting) await expect(one).rejects.toThrow("enough")
  device.behaviour = (asked, socket) => device.answer(asked, socket)
  expect(await read()).toBe(42)
  expect(device.connections).toBe(1)
})

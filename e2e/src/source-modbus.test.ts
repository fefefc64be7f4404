import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { promisify } from "node:util"
import { temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { floatRegisters, hasPymodbus, PymodbusDevice, textRegisters } from "./pymodbus-device.js"
import { SourceInNetwork } from "./source-in-network.js"

const mbpoll = "/usr/bin/mbpoll"
const lacks = [...(hasPymodbus() ? [] : ["python3-pymodbus"]), ...(existsSync(mbpoll) ? [] : ["mbpoll"])]
const title = "source-modbus reads devices of pymodbus"

const registers = {
  ...floatRegisters(100, 230.5),
  ...floatRegisters(102, 12.25),
  110: 17,
  ...textRegisters(200, "PX3-5478"),
}
const units = { 1: { 4: registers }, 7: { 4: registers } }

describe.skipIf(lacks.length > 0)(lacks.length === 0 ? title : `${title} [left out: ${lacks} not installed]`, () => {
  test("found, configured, measured, lost, hung and back again", { timeout: 90_000 }, async (t) => {
    const [device, other] = [await PymodbusDevice.start(t, units), await PymodbusDevice.start(t, units)]
    const words = [`host=127.0.0.1`, `port=${device.port}`, "name=lab.pdu", "registers=0-250", "interval=500ms"]
    const found = await SourceInNetwork.discover(t, "source-modbus", words, { cwd: await temporaryFolder(t) })
    const [group] = (found as { hosts: object[] }).hosts
    expect(group).toMatchObject({
      hosts: "127.0.0.1",
      slave_id: 1,
      strings: { input200: { address: 200, size: 8 } },
      groups: [{ metrics: { input100: {}, input102: {}, input110: { type: "uint16" } } }],
    })

    const hosts = [
      { ...group, names: ["lab.pdu1"], onFailure: "nan" },
      { ...group, names: ["lab.pdu2", "lab.pdu3"], slave_id: [1, 7], port: other.port },
    ]
    const more = { timeout: 0.4, retryDelay: 1, selfMetrics: { interval: 0.5 } }
    const source = await SourceInNetwork.start(t, "source-modbus", { ...found, hosts, ...more } as never, {
      metrics: ["lab.pdu1.input100", "lab.pdu2.input100", "lab.pdu3.input102", "source-modbus.lab.pdu1.up"],
    })
    expect(await source.next("lab.pdu1.input100")).toBe(230.5)
    expect(await source.next("lab.pdu3.input102")).toBe(12.25)
    device.set(1, floatRegisters(100, 231.75))
    expect(await source.next("lab.pdu1.input100", (volts) => volts !== 230.5)).toBe(await polled(device.port, 1, 100))

    await device.stop()
    expect(await source.next("source-modbus.lab.pdu1.up", (up) => up === 0)).toBe(0)
    expect(await source.next("lab.pdu1.input100", Number.isNaN)).toBeNaN()
    expect(await source.next("lab.pdu2.input100")).toBe(230.5)
    expect(await source.failing()).toMatchObject([{ name: "lab.pdu1", error: expect.stringContaining("ECONNREFUSED") }])
    await device.listen()
    expect(await source.next("lab.pdu1.input100", (volts) => volts > 0)).toBe(230.5)
    await expect
      .poll(() => source.stored("lab.pdu1.input100"))
      .toEqual(expect.arrayContaining([230.5, 231.75, Number.NaN]))

    device.hang(true)
    expect(await source.next("lab.pdu1.input100", Number.isNaN)).toBeNaN()
    expect(await source.next("lab.pdu2.input100")).toBe(230.5)
    expect(await source.failing()).toMatchObject([{ name: "lab.pdu1", error: expect.stringMatching(/no answer|none/) }])
    device.hang(false)
    expect(await source.next("lab.pdu1.input100", (volts) => volts > 0)).toBe(230.5)
    await source.agent.stop()
  })
})

/** What mbpoll reads of a unit; it counts registers from 1. */
async function polled(port: number, unit: number, address: number): Promise<number> {
  const where = ["-m", "tcp", "-p", String(port), "-a", String(unit), "-q", "127.0.0.1"]
  const what = ["-t", "3:float", "-B", "-r", String(address + 1), "-c", "1", "-1"]
  const { stdout } = await promisify(execFile)(mbpoll, [...what, ...where])
  return Number(/^\[\d+\]:\s*(\S+)/m.exec(stdout)?.[1])
}

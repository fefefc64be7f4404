import { describe, expect, test } from "vitest"
import { Devices, distinct, metricComponent } from "./devices.js"
import { nothing, Selection } from "./selection.js"

describe("metricComponent", () => {
  test.each([
    ["eth0", "eth0"],
    ["eth0.100", "eth0_100"],
    ["dm-0", "dm-0"],
    ["Package id 0", "Package_id_0"],
    ["#*\u0000ä", "____"],
    ["", "_"],
  ])("%j becomes %j", (device, name) => {
    expect(metricComponent(device)).toBe(name)
  })

  test("is cut", () => {
    expect(metricComponent("x".repeat(300))).toHaveLength(100)
  })
})

describe("Devices", () => {
  const made = () => {
    const names: string[] = []
    const devices = new Devices(new Selection(), (name, device) => {
      names.push(`${device}=${name}`)
      return { name }
    })
    return { names, devices }
  }

  test("keeps what belongs to a device as long as it is there", () => {
    const { devices } = made()
    const first = devices.get("eth0")
    devices.endRound()
    expect(devices.get("eth0")).toBe(first)
    devices.endRound()
    devices.endRound()
    expect(devices.get("eth0")).not.toBe(first)
  })

  test("tells devices with the same component apart, and frees the name of one that has gone", () => {
    const { devices, names } = made()
    devices.get("eth0.1")
    devices.get("eth0_1")
    devices.endRound()
    devices.get("eth0_1")
    devices.endRound()
    devices.get("eth0:1")
    expect(names).toEqual(["eth0.1=eth0_1", "eth0_1=eth0_1_2", "eth0:1=eth0_1"])
  })

  test("leaves out what is not chosen", () => {
    const devices = new Devices(new Selection({ include: ["en*", "lo"], exclude: ["*_100"] }), (name) => name)
    const got = ["eno1", "lo", "eth0", "eno1.100"].map((device) => devices.get(device, device !== "lo"))
    expect(got).toEqual(["eno1", "lo", undefined, undefined])
  })
})

describe("Selection", () => {
  test("without patterns is the choice of the group", () => {
    expect([true, false].map((byDefault) => new Selection().chosen("sda", byDefault))).toEqual([true, false])
  })

  test("exclude alone takes from the choice of the group", () => {
    const selection = new Selection({ exclude: ["sd*"] })
    expect(["sda", "nvme0n1"].map((name) => selection.chosen(name, true))).toEqual([false, true])
    expect(selection.chosen("loop0", false)).toBe(false)
  })

  test("an empty include is nothing", () => {
    expect(new Selection({ include: [] }).chosen("sda", true)).toBe(false)
    expect(nothing.chosen("sda", true)).toBe(false)
  })
})

test("distinct numbers equal names in their order", () => {
  const names = distinct(["a", "b", "a", "a", "a_2"].map((name) => ({ name }))).map(({ name }) => name)
  expect(names).toEqual(["a", "b", "a_2", "a_3", "a_2_2"])
})

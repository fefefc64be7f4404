import { type ConfigError, checkConfig } from "@metricq/client"
import { describe, expect, test } from "vitest"
import type { ModbusConfig } from "../config.js"
import { metricName, resolve } from "./resolve.js"
import { modbusSchema } from "./schema.js"

const kind = { name: "source-modbus", schema: modbusSchema }
const group = (metrics: object, more: object = {}) => ({ metrics, ...more })
const host = (more: object = {}) => ({
  hosts: "pdu1",
  names: "lab.pdu1",
  slave_id: 1,
  groups: [group({ power: { address: 100 } })],
  ...more,
})
const check = (...hosts: object[]) => checkConfig(kind, { interval: 1, hosts })
const settled = (...hosts: object[]) => resolve(check(...hosts).config as ModbusConfig).groups

function problemsOf(document: object): string {
  try {
    checkConfig(kind, document)
  } catch (error) {
    return (error as ConfigError).message
  }
  return ""
}

describe("documents of the original", () => {
  test("have its defaults: float32, function 4, unit, port 502", () => {
    const [first] = settled(host())
    expect(first?.place).toEqual({ host: "pdu1", port: 502, unit: 1, name: "lab.pdu1", description: "" })
    expect(first?.metrics[0]).toMatchObject({
      kind: "input",
      address: 100,
      count: 2,
      value: { type: "float32", wordOrder: "big", byteOrder: "big" },
    })
    expect(first).toMatchObject({ interval: 1, isDoubleSampled: false, onFailure: "skip" })
    expect(first?.limits).toEqual({ maxRegisters: 125, maxGap: Number.POSITIVE_INFINITY })
  })

  test("may have nulls, and texts for numbers", () => {
    const metrics = { power: { address: "100", unit: null, chunk_size: null } }
    const groups = [group(metrics, { interval: null })]
    const odd = host({ port: "1502", slave_id: "7", descriptions: null, strings: null, groups })
    expect(settled(odd)[0]).toMatchObject({ place: { port: 1502, unit: 7 }, metrics: [{ address: 100 }] })
  })

  test("join names at one dot, whatever stands there", () => {
    const [first] = settled(host({ names: "lab.pdu1.", groups: [group({ ".power": { address: 1 } })] }))
    expect(first && metricName(first.place, first.metrics[0]?.suffix ?? "")).toBe("lab.pdu1.power")
  })

  test("know hostlists, and a description for each host", () => {
    const many = { hosts: "pdu[1-2]", names: ["lab.a", "lab.b"], description: "PDU", descriptions: ["left, up", ""] }
    expect(settled(host(many)).map(({ place }) => [place.host, place.name, place.description])).toEqual([
      ["pdu1", "lab.a", "PDU left, up"],
      ["pdu2", "lab.b", "PDU"],
    ])
  })

  test("run with keys that nobody knows, and each is named", () => {
    const { warnings } = check(host({ groups: [group({ power: { address: 1, descryption: "x" } })] }))
    expect(warnings).toEqual(['hosts[0].groups[0].metrics.power.descryption: unknown key, did you mean "description"?'])
  })
})

test("what is said nearest to the metric counts most", () => {
  const [first] = settled(
    host({
      function: 3,
      type: "uint16",
      wordOrder: "little",
      groups: [
        group(
          { a: { address: "0x10" }, b: { address: 1, type: "int64" }, c: { address: 2, function: "coil" } },
          { type: "uint32" },
        ),
      ],
    }),
  )
  expect(first?.metrics.map(({ kind, address, count, value }) => [kind, address, count, value.type])).toEqual([
    ["holding", 16, 2, "uint32"],
    ["holding", 1, 4, "int64"],
    ["coil", 2, 1, "bool"],
  ])
  expect(first?.metrics[0]?.value.wordOrder).toBe("little")
})

test("one gateway may have many units", () => {
  const units = settled(host({ hosts: "gw", names: "lab.m[1-3]", slave_id: "[1-2],9", timeout: "200ms" }))
  expect(units.map(({ place }) => [place.host, place.unit, place.name])).toEqual([
    ["gw", 1, "lab.m1"],
    ["gw", 2, "lab.m2"],
    ["gw", 9, "lab.m3"],
  ])
  expect(units[0]?.manners.timeoutMs).toBe(200)
  expect(
    settled(host({ hosts: "gw", names: "lab.m[1-2]", slave_id: [3, "4"] })).map(({ place }) => place.unit),
  ).toEqual([3, 4])
})

test.each([
  [{ names: "lab.pdu[1-2]" }, "hosts[0].names: expected as many names as hosts or units, 1,"],
  [{ slave_id: "[1-3]" }, "hosts[0].names: expected as many names as hosts or units, 3,"],
  [{ slave_id: 256 }, "hosts[0].slave_id: expected a unit from 0 to 255"],
  [{ slave_id: "one" }, "hosts[0].slave_id: expected a unit from 0 to 255"],
  [{ hosts: "a,b", names: "a,b,c", slave_id: "[1-3]" }, "hosts[0].slave_id: expected one unit, or as many"],
  [{ descriptions: ["a", "b"] }, "hosts[0].descriptions: expected as many descriptions as names, 1,"],
  [{ groups: [] }, "hosts[0].groups"],
  [{ names: "lab.pdu[1-" }, "hosts[0].names: expected a hostlist"],
  [{ timeout: "soon" }, "hosts[0].timeout: expected a duration above zero"],
  [{ groups: [group({ a: { address: 1, mask: "some" } })] }, "metrics.a.mask: expected a mask"],
  [
    { groups: [group({ a: { address: 1, type: "string", size: 4, bit: 1 } })] },
    "expected none, as string is no integer",
  ],
  [{ groups: [group({})] }, "hosts[0].groups[0].metrics: expected at least one metric"],
  [{ groups: [group({ a: {} })] }, "hosts[0].groups[0].metrics.a.address"],
  [{ groups: [group({ a: { address: "" } })] }, "metrics.a.address: expected the address of a register"],
  [{ groups: [group({ a: { address: 65_535 } })] }, "metrics.a.address: expected 2 registers from it up to 65535"],
  [{ groups: [group({ a: { address: 1, type: "string" } })] }, "metrics.a.size: expected the bytes of the string"],
  [{ groups: [group({ a: { address: 1, size: 2 } })] }, "metrics.a.size: expected none, as only a string has one"],
  [{ groups: [group({ a: { address: 1, bit: 1 } })] }, "metrics.a.bit: expected none, as float32 is no integer"],
  [{ groups: [group({ a: { address: 1, bit: 16, type: "int16" } })] }, "metrics.a.bit: expected a bit that int16 has"],
  [{ groups: [group({ a: { address: 1, bit: 1, mask: 2, type: "int16" } })] }, "expected either bit or mask"],
  [{ groups: [group({ a: { address: 1, shift: 1, type: "int16" } })] }, "expected none without a mask"],
  [
    { groups: [group({ a: { address: 1, type: "int16", function: "coil" } })] },
    "expected bool, as each coil is one bit",
  ],
  [{ maxRegisters: 1 }, "hosts[0].groups[0].metrics.power: expected at most 1 registers"],
  [{ strings: { model: { address: 1, size: 3 } } }, "hosts[0].strings.model.size"],
])("%j is refused", (more, message) => {
  expect(problemsOf({ interval: 1, hosts: [host(more)] })).toContain(message)
})

test("an interval is needed, and each metric once", () => {
  expect(problemsOf({ hosts: [host()] })).toContain("hosts[0].groups[0].interval: expected an interval")
  expect(problemsOf({ interval: 1, hosts: [host(), host()] })).toContain("there are two of lab.pdu1.power")
  expect(problemsOf({ interval: 1, hosts: [] })).toContain("hosts")
})

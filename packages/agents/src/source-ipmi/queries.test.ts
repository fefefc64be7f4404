import { expect, test } from "vitest"
import { type IpmiSensorConfig, ipmiSchema } from "./config.js"
import { DcmiQuery } from "./dcmi-query.js"
import type { Plugin } from "./plugins/plugin.js"
import { RawQuery } from "./raw-query.js"
import { SensorsQuery } from "./sensors-query.js"
import { ToolArguments } from "./tool-parameters.js"

const tools = new ToolArguments({ "-l": "ADMIN", "-b": null })

function sensorsOf(sensors: object): Readonly<Record<string, IpmiSensorConfig>> {
  const group = { hosts: "a", names: "a", username: "u", password: "p", sensors }
  return ipmiSchema.parse({ ipmi_hosts: [group] }).ipmi_hosts[0]?.sensors ?? {}
}

const rows = [
  "1 | Sys Power | Other Units Based Sensor | 300.00 | W | 'OK'",
  "7 | Temp | Temperature | 20.00 | C | 'OK'",
  "9 | Temp | Temperature | 21.00 | C | 'OK'",
  "4 | Fan | Fan | N/A | RPM | N/A",
]

function sensorsQuery(
  sensors: object,
  { plugin, useRecordIds = true }: { plugin?: Plugin; useRecordIds?: boolean } = {},
) {
  const plugins = new Map(plugin === undefined ? [] : [["some", plugin] as const])
  return new SensorsQuery("ipmi-sensors", tools, sensorsOf(sensors), { plugins, useRecordIds })
}

test("sensors: values, and the records to ask for from then on; of two of one name the last counts", () => {
  const sensors = { power: { name: "Sys Power", scale: 2, offset: 1 }, temp: { name: ["Temp"] }, fan: { name: "Fan" } }
  const answer = sensorsQuery(sensors).read(["noise", ...rows])
  expect(answer.missing).toBeUndefined()
  expect([...answer.values]).toEqual([
    ["power", 601],
    ["temp", 21],
    ["fan", Number.NaN],
  ])
  expect(answer.recordIds).toBe("1,4,9")
  expect(sensorsQuery(sensors, { useRecordIds: false }).read(rows).recordIds).toBe("")
})

test("sensors: one that is not there is named, and nothing is told", () => {
  expect(sensorsQuery({ a: { name: "Fan" }, b: { name: "Flow" } }).read(rows)).toMatchObject({
    missing: 'it has no sensor "Flow"',
    values: new Map(),
  })
})

test("sensors: a plugin makes one value of several, and one that fails spoils no other value", () => {
  const sensors = { both: { name: ["Temp", "Sys Power"], plugin: "some", offset: 0.5 }, fan: { name: "Fan" } }
  const sum: Plugin = {
    createMetricValue: ({ Temp, ...others }) => (Temp?.value ?? 0) + (others["Sys Power"]?.value ?? 0),
  }
  expect(sensorsQuery(sensors, { plugin: sum }).read(rows).values.get("both")).toBe(321.5)
  const broken: Plugin = {
    createMetricValue: () => {
      throw new Error("oops")
    },
  }
  const answer = sensorsQuery(sensors, { plugin: broken }).read(rows)
  expect([...answer.values.keys()]).toEqual(["fan"])
  expect(answer.problems?.get("both")).toMatchObject({ message: "oops" })
})

/** As `ipmi-dcmi` of FreeIPMI 1.6.10 prints it. */
const power = (measurement: string) => [
  "Current Power                        : 187 Watts",
  "Minimum Power over sampling duration : 12 watts",
  "Maximum Power over sampling duration : 305 watts",
  "Average Power over sampling duration : 150 watts",
  "Time Stamp                           : 11/26/2026 - 08:00:00",
  "Statistics reporting time period     : 1000 milliseconds",
  `Power Measurement                    : ${measurement}`,
]

test("dcmi: power now, least, most and average; none while the BMC does not measure", () => {
  const query = new DcmiQuery(
    "ipmi-dcmi",
    tools,
    sensorsOf({
      a: { dcmi: "power" },
      b: { dcmi: "power_min" },
      c: { dcmi: "power_max", scale: 0.001 },
      d: { dcmi: "power_average" },
    }),
  )
  expect(query.parameters.join(" ")).toBe(
    "--get-system-power-statistics --session-timeout=950 --retransmission-timeout=650 -l ADMIN",
  )
  expect([...query.read(power("Active")).values.values()]).toEqual([187, 12, 0.305, 150])
  expect([...query.read(power("Not Available")).values.values()]).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ])
  expect(query.read([]).missing).toContain("by DCMI")
})

test("raw: fields of the answer; codes of refusal and garbage are told", () => {
  const sensors = sensorsOf({
    a: { raw: " 0x06  1 ", bytes: "u16le@1", scale: 0.1 },
    b: { raw: " 0x06  1 ", bytes: "u8@9" },
  })
  const query = new RawQuery("ipmi-raw", tools, " 0x06  1 ", sensors)
  expect([query.tail, query.restricted]).toEqual([["0x00", "0x06", "1"], ["ipmi-raw 0x06 1"]])
  const { values, missing } = query.read(["rcvd: 01 00 51 E8 03 "])
  expect([missing, values.get("a"), values.get("b")]).toEqual([undefined, 100, Number.NaN])
  expect(query.read(["rcvd: 32 C1 "]).missing).toContain("code 0xc1")
  for (const garbage of [[], ["rcvd:"], ["rcvd: 01 00 XX"], ["hello"]])
    expect(query.read(garbage).missing).toBe("it has not answered the command")
})

test("a file that the parameters name must be allowed for each program", () => {
  const named = new ToolArguments({ "--config-file": "/etc/bmc.conf" })
  const words = "ipmi-sensors --config-file=/etc/bmc.conf"
  const sensors = sensorsOf({ a: { name: "a" }, b: { dcmi: "power" }, c: { raw: "6 1", bytes: "u8@0" } })
  const options = { plugins: new Map(), useRecordIds: true }
  expect(new SensorsQuery("ipmi-sensors", named, sensors, options).restricted).toContain(words)
  expect(new DcmiQuery("ipmi-dcmi", named, sensors).restricted).toContain(words)
  expect(new RawQuery("ipmi-raw", named, "6 1", sensors).restricted).toContain(words)
})

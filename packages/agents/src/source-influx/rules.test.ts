import { expect, test } from "vitest"
import { AllowList, isNetwork } from "./allow-list.js"
import { influxSchema } from "./config.js"
import { parseSeries, type Series } from "./line-series.js"
import { Rules } from "./rules.js"
import { wildcard } from "./wildcard.js"

function rulesOf(config: object) {
  const rules = new Rules(influxSchema.parse({ udp: {}, ...config }))
  return (series: string, field: string) => rules.of(parseSeries(series) as Series, field)
}

test("by default a name has all that tells series apart", () => {
  const of = rulesOf({})
  expect(of("mem,host=n1", "used")?.name).toBe("mem.n1.used")
  expect(of("cpu,host=n1.example,cpu=cpu0", "usage_idle")?.name).toBe("cpu.n1_example.cpu0.usage_idle")
  expect(of("disk,path=/,device=sda1", "free")?.name).toBe("disk.sda1._.free")
  expect(of("weather", "temp °C")?.name).toBe("weather.temp_C")
})

test("the first rule that fits decides", () => {
  const of = rulesOf({
    rules: [
      { measurement: "cpu", tags: { cpu: "cpu-total" }, fields: ["usage_*"], name: "lab.{host}.{field}", scale: 0.01 },
      { measurement: "cpu", skip: true },
      { measurement: "mem", tags: { host: "" }, unit: "B", description: "{field} of {measurement}" },
    ],
    units: { "*.used": "GB", "cpu.*": "%" },
  })
  expect(of("cpu,host=a,cpu=cpu-total", "usage_user")).toMatchObject({
    name: "lab.a.usage_user",
    scale: 0.01,
    config: { unit: "%" },
  })
  expect(of("cpu,host=a,cpu=cpu0", "usage_user")).toBeUndefined()
  expect(of("cpu,host=a,cpu=cpu-total", "time_user")).toBeUndefined()
  const memory = of("mem", "used")
  expect([memory?.config.unit, memory?.fill("{field} of {measurement}")]).toEqual(["B", "used of mem"])
  expect(of("mem,host=a", "used")?.config.unit).toBe("GB")
  expect(rulesOf({ others: "skip" })("mem,host=a", "used")).toBeUndefined()
})

test.each([
  ["*", "", true],
  ["a*", "abc", true],
  ["*c", "abc", true],
  ["a*b*c", "a-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["ab*ba", "aba", false],
  ["a.c", "abc", false],
  ["*b*", "abc", true],
])("%s of %s: %s", (pattern, text, isOf) => {
  expect(wildcard(pattern)(text)).toBe(isOf)
})

test("addresses and networks", () => {
  const list = new AllowList(["10.1.0.0/16", "fd00::/8", "192.0.2.7"])
  const asked = [
    "10.1.2.3",
    "::ffff:10.1.2.3",
    "10.2.0.1",
    "fd12::1",
    "fe80::1%eth0",
    "192.0.2.7",
    "192.0.2.8",
    undefined,
  ]
  expect(asked.map((address) => list.has(address))).toEqual([true, true, false, true, false, true, false, false])
  expect(["10.0.0.0/33", "host", "10.0.0.1/8/8", "::1/128", "1.2.3.4"].map(isNetwork)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ])
})

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { setPermissionsFile } from "../../kit/permissions.js"
import { loadPlugin } from "./load-plugin.js"
import type { PluginSensor } from "./plugin.js"

const sensor = (status: string, value = Number.NaN): PluginSensor => ({
  recordId: "1",
  category: "",
  value,
  unit: "",
  status,
})
const supplies = (...states: string[]) =>
  Object.fromEntries(states.map((state, i) => [`PS${i + 1}_Status`, sensor(state)]))
const tenant = (first: string, second: string) => ({
  "HYB_1 Tenant": sensor(first),
  "HYB_2 Tenant": sensor(second),
  "HYB_1 Pri Aper.": sensor("'OK'", 41),
  "HYB_2 Pri Aper.": sensor("'OK'", 42),
})

test("power_supply is 1 if all four are well", async () => {
  const { createMetricValue, neededSensors } = await loadPlugin("power_supply")
  expect(neededSensors).toBe(4)
  expect(createMetricValue(supplies("'OK'", "'Presence detected'", "'OK'", "'OK'"))).toBe(1)
  expect(createMetricValue(supplies("'OK'", "'Presence detected' 'Failure'", "'OK'", "'OK'"))).toBe(0)
  expect(createMetricValue(supplies("'OK'", "'OK'", "'OK'"))).toBeNaN()
})

test("hyc_tenant is the reading of the unit that serves", async () => {
  const { createMetricValue, neededSensors } = await loadPlugin("hyc_tenant")
  expect(neededSensors).toBe(4)
  expect(createMetricValue(tenant("'Device Enabled'", "'Device Disabled'"))).toBe(41)
  expect(createMetricValue(tenant("'Device Disabled'", "'Device Enabled'"))).toBe(42)
  expect(createMetricValue(tenant("'Device Disabled'", "'Device Disabled'"))).toBeNaN()
  expect(createMetricValue({ "HYB_1 Tenant": sensor("'Device Enabled'") })).toBeNaN()
})

test("others come from the operator's list alone", async (t) => {
  const folder = await temporaryFolder(t)
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const plugins = {
    sum: write(
      "sum.mjs",
      "export const createMetricValue = (s) => s.a.value + s.b.value\nexport const neededSensors = 2\n",
    ),
    none: write("none.mjs", "export const value = 1\n"),
    broken: write("broken.mjs", "export const\n"),
    relative: "sum.mjs",
  }
  setPermissionsFile(write("allow.json", JSON.stringify({ plugins })))
  const { createMetricValue } = await loadPlugin("sum")
  expect(createMetricValue({ a: sensor("", 1), b: sensor("", 2) })).toBe(3)
  await expect(loadPlugin("other")).rejects.toMatchObject({ code: "not-allowed" })
  await expect(loadPlugin("toString")).rejects.toMatchObject({ code: "not-allowed" })
  for (const name of ["none", "broken", "relative"])
    await expect(loadPlugin(name)).rejects.toMatchObject({ code: "plugin" })
})

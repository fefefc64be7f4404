import type { PluginSensor } from "./plugin.js"

const ENABLED = "'Device Enabled'"
const units = ["HYB_1", "HYB_2"]

export const neededSensors = 4

/**
 * The reading of the hybrid cooling unit that serves the tenant. Of each of the two units it takes a sensor `HYB_n Tenant`, and
 * another one whose name begins with `HYB_n`, the reading. NaN if none is enabled, or these are other sensors.
 */
export function createMetricValue(sensors: Readonly<Record<string, PluginSensor>>): number {
  if (units.some((unit) => sensors[`${unit} Tenant`] === undefined)) return Number.NaN
  const serving = units.find((unit) => sensors[`${unit} Tenant`]?.status === ENABLED)
  if (serving === undefined) return Number.NaN
  const reading = Object.keys(sensors).find((name) => name.startsWith(serving) && name !== `${serving} Tenant`)
  return reading === undefined ? Number.NaN : (sensors[reading]?.value ?? Number.NaN)
}

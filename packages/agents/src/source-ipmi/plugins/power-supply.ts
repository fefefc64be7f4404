import type { PluginSensor } from "./plugin.js"

const names = ["PS1_Status", "PS2_Status", "PS3_Status", "PS4_Status"]
const fine = new Set(["'OK'", "'Presence detected'"])

export const neededSensors = 4

/** 1 if all four power supplies are there and well, else 0; NaN if these are other sensors. */
export function createMetricValue(sensors: Readonly<Record<string, PluginSensor>>): number {
  const states = names.map((name) => sensors[name]?.status)
  if (states.includes(undefined)) return Number.NaN
  return Number(states.every((status = "") => fine.has(status)))
}

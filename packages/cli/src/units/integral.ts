import { parseUnit } from "./unit.js"

/** What the integral of a unit over time is measured in, and what it is in it for one unit times one second. */
export interface IntegralUnit {
  readonly unit: string
  readonly factor: number
}

/**
 * What the integral over time of values in `unit` is, where it has a meaning of its own: joules for watts with any prefix, the thing
 * itself for a thing per second (`MB/s` → `MB`); `undefined` for all others.
 */
export function namedIntegral(unit: string): IntegralUnit | undefined {
  const { symbol, factor } = parseUnit(unit)
  if (symbol === "W" || symbol === "J/s") return { unit: "J", factor }
  const thing = /^(\S*)\/s$/.exec(unit)?.[1]
  return thing === undefined ? undefined : { unit: thing === "1" ? "" : thing, factor: 1 }
}

/** {@link namedIntegral}, and the unit times a second for all others: `°C·s`. */
export function integralUnit(unit: string): IntegralUnit {
  return namedIntegral(unit) ?? { unit: unit === "" ? "s" : `${unit}·s`, factor: 1 }
}

/** Joules of a kilowatt-hour. */
export const JOULES_PER_KWH = 3_600_000

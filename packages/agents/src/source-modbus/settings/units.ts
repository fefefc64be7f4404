import { hostnames } from "@metricq/client"

const MAX_UNIT = 255

/** The units of a configuration: a number, or a hostlist of numbers, or an array of either. */
export function unitsOf(value: number | string | readonly (number | string)[]): number[] {
  const elements = typeof value === "object" ? value : [value]
  return elements.flatMap((element) => (typeof element === "number" ? [element] : hostnames(element).map(Number)))
}

/** Whether these are units: whole numbers from 0 to 255. */
export function isUnits(value: number | string | readonly (number | string)[]): boolean {
  try {
    return unitsOf(value).every((unit) => Number.isInteger(unit) && unit >= 0 && unit <= MAX_UNIT)
  } catch {
    return false
  }
}

import { DataError } from "@metricq/client"

/**
 * A cell as a number; undefined for an empty one. `nan`, `inf` and `infinity` are numbers in any case.
 *
 * @throws {DataError} `csv` for anything else
 */
export function parseValue(text: string): number | undefined {
  const value = Number(text)
  if (value === 0 && text.trim() === "") return undefined
  if (!Number.isNaN(value) && !/[xob]/i.test(text)) return value
  const special = /^\s*([+-]?)(?:(nan)|inf(?:inity)?)\s*$/i.exec(text)
  if (!special) throw new DataError("csv", `${JSON.stringify(text.slice(0, 80))} is no number`)
  if (special[2] !== undefined) return Number.NaN
  return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

import { formatValue } from "../terminal/numbers.js"
import { readableScale } from "./unit.js"

/** A value with its unit for people, in the prefix that reads well: `25.3 kW`, `21.5 °C`, `7`; a dash for NaN. */
export function formatQuantity(value: number, unit: string): string {
  if (Number.isNaN(value)) return "–"
  const scale = readableScale(unit, Math.abs(value))
  return `${formatValue(value * scale.factor)} ${scale.unit}`.trimEnd()
}

/** A part of a whole, 0 to 1, in percent with three digits at most: `99.8 %`. Only what is whole is 100 %, and only nothing is 0 %. */
export function formatShare(share: number): string {
  if (Number.isNaN(share)) return "–"
  if (share === 0 || share >= 1) return `${Math.round(share * 100)} %`
  const percent = Math.min(99.9, Math.max(0.1, share * 100))
  return `${percent < 99 ? Number(percent.toPrecision(3)) : percent.toFixed(1)} %`
}

import { number, scaled } from "./numbers.js"

/** Units that people put prefixes before; those that have one already, and times, stay as they are. */
const PREFIXABLE = new Set([
  "B",
  "b",
  "bit",
  "W",
  "VA",
  "var",
  "V",
  "A",
  "J",
  "Wh",
  "Hz",
  "B/s",
  "b/s",
  "bit/s",
  "Pa",
  "g",
  "m",
])

/** What is written beside a value: its unit, but nothing for `1`, the unit of what has none. */
export function unitBeside(unit: string | null | undefined): string {
  return unit === "1" ? "" : (unit ?? "")
}

/** A value and its unit for reading: 1 899 000 000 B is `["1.899", "GB"]`, 237.4 W stays. `["", unit]` without a value. */
export function quantity(value: number | null | undefined, unit: string | null | undefined): [string, string] {
  const name = unitBeside(unit)
  if (value === null || value === undefined) return ["", name]
  const size = Math.abs(value)
  if (!PREFIXABLE.has(name) || !Number.isFinite(size) || size === 0 || (size >= 0.01 && size < 10_000))
    return [number(value), name]
  const [short, prefix] = scaled(value)
  return [number(short), prefix + name]
}

/** A value with its unit as one text: `1.899 GB`; `""` without a value. */
export function quantityText(value: number | null | undefined, unit: string | null | undefined): string {
  const [text, name] = quantity(value, unit)
  return text && name ? `${text} ${name}` : text
}

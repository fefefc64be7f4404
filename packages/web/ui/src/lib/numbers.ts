/** A whole number with thin groups of three from 10 000 on: `18 204`. */
export function count(value: number): string {
  const text = String(Math.round(value))
  return text.length < 5 ? text : text.replace(/\B(?=(\d{3})+$)/g, "\u202f")
}

/**
 * A value in four significant digits, `3.142`, `237.4`, `21\u202f400`, `6.022e23`; whole numbers below 10^7 in full.
 * `""` for null and undefined, so that a missing number leaves its cell empty.
 */
export function number(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return ""
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "∞")
  const size = Math.abs(value)
  if (size >= 1e7 || (size < 1e-4 && size > 0)) return value.toExponential(digits - 1).replace("e+", "e")
  if (Number.isInteger(value)) return minus(count(size), value)
  // 9.9996 is 10.00 and not 10.000.
  const rounded = Number(size.toPrecision(digits))
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(rounded)))
  const [whole, fraction] = size.toFixed(Math.min(decimals, 12)).split(".")
  return minus(count(Number(whole)) + (fraction ? `.${fraction}` : ""), value)
}

function minus(text: string, value: number): string {
  return value < 0 ? `−${text}` : text
}

/** A part of a whole as percent, `95.6 %`; what is nearly whole is not: 0.9999 is `99.9 %`. */
export function coverageText(part: number): string {
  const percent = Math.floor(part * 1000 + 1e-6) / 10
  return `${percent >= 100 ? "100" : percent.toFixed(1)}\u202f%`
}

const PREFIXES: [number, string][] = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
]

/** A value and the SI prefix that brings it between 1 and 1000: 3 810 000 gives `[3.81, "M"]`. Zero stays. */
export function scaled(value: number): [number, string] {
  const size = Math.abs(value)
  for (const [factor, prefix] of PREFIXES) if (size >= factor) return [value / factor, prefix]
  return [value, ""]
}

/** A value for people: six significant digits, `NaN`, `inf` and `-inf`. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "NaN"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e12 || size < 1e-4)) return value.toExponential(4)
  if (Number.isInteger(value)) return String(value)
  const text = value.toPrecision(6)
  return text.includes("e") ? String(Math.round(value)) : text
}

/** Points a second for people, three significant digits: `0.0167`, `1`, `9.98`, `12.5k`. Zero and NaN give a dash. */
export function formatRate(hz: number): string {
  if (!(hz > 0)) return "–"
  if (hz >= 999_500) return `${threeDigits(hz / 1e6)}M`
  if (hz >= 999.5) return `${threeDigits(hz / 1e3)}k`
  return threeDigits(hz)
}

function threeDigits(value: number): string {
  return String(Number(value.toPrecision(3)))
}

const STEPS: readonly [limit: number, unit: string, seconds: number][] = [
  [100, "s", 1],
  [100 * 60, "min", 60],
  [48 * 3600, "h", 3600],
  [Number.POSITIVE_INFINITY, "d", 86400],
]

/** A span of time for people: `0.3 s`, `12 s`, `5 min`, `3 h`, `12 d`; negative ones with a minus sign, NaN as a dash. */
export function formatSpan(seconds: number): string {
  if (Number.isNaN(seconds)) return "–"
  const sign = seconds < 0 ? "-" : ""
  const size = Math.abs(seconds)
  if (size < 9.95) return `${sign}${size.toFixed(1)} s`
  for (const [limit, unit, length] of STEPS) {
    if (size < limit) return `${sign}${Math.round(size / length)} ${unit}`
  }
  return "–"
}

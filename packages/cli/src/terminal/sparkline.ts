const BARS = "▁▂▃▄▅▆▇█"

/**
 * Values as a line of bars, one a character, scaled from the smallest to the largest finite one.
 *
 * NaN is a blank, ±Infinity the full or the lowest bar, and equal values a line at half height, zeros at the bottom. No values give no text.
 */
export function sparkline(values: readonly number[]): string {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return values.map((value) => bar(value, low, high)).join("")
}

function bar(value: number, low: number, high: number): string {
  if (Number.isNaN(value)) return " "
  if (value === Number.POSITIVE_INFINITY) return "█"
  if (value === Number.NEGATIVE_INFINITY) return "▁"
  if (high === low) return value === 0 ? "▁" : "▄"
  // Halved first, so that the distance of the largest doubles does not overflow.
  const share = (value / 2 - low / 2) / (high / 2 - low / 2)
  return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))] ?? "▁"
}

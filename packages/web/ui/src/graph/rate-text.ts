import { number, scaled } from "../lib/numbers.js"

/** Points a second in at most three digits: `98.5/s`, `1.2 k/s`; below one a second `0.017/s`. "" for zero. */
export function perSecond(rate: number): string {
  if (!(rate > 0)) return ""
  const [value, prefix] = rate < 1 ? [rate, ""] : scaled(rate)
  const digits = number(value, rate < 1 ? 2 : 3).replace(/\.(\d*?)0+$/, (_, kept) => (kept ? `.${kept}` : ""))
  return `${digits}${prefix === "" ? "" : `\u00a0${prefix}`}/s`
}

/** Width of the line of an edge in pixels: thin, and a step more for ten times the points. */
export function lineWidth(rate: number): number {
  return rate > 0 ? Math.min(8, 1.25 + 0.9 * Math.log10(1 + rate)) : 1.25
}

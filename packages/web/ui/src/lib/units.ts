import { number, scaled } from "./numbers.js"

const PREFIXED = /^(k|M|G|T|m|µ|u)?(W|VA|A)$/
const FACTORS: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, m: 1e-3, µ: 1e-6, u: 1e-6 }
/** What a second of it is called, and an hour. */
const OVER_TIME: Record<string, [second: string, hour: string]> = {
  W: ["J", "Wh"],
  VA: ["VAs", "VAh"],
  A: ["C", "Ah"],
}
const SECONDS: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 }

/**
 * An integral over time in a unit that people use: 3.81e6 W·s are `1.058 kWh`, below a watt-hour joules; B/s become B, l/h become l.
 * Units whose integral means nothing to most (°C, %) have none: `undefined`.
 */
export function integralText(valueSeconds: number | null | undefined, unit: string): [string, string] | undefined {
  if (valueSeconds === null || valueSeconds === undefined || !Number.isFinite(valueSeconds)) return undefined
  const electric = PREFIXED.exec(unit)
  if (electric) {
    const amount = valueSeconds * (FACTORS[electric[1] ?? ""] ?? 1)
    const [second, hour] = OVER_TIME[electric[2] as string] as [string, string]
    return Math.abs(amount) < 3600 ? withPrefix(amount, second) : withPrefix(amount / 3600, hour)
  }
  if (unit === "Hz") return [number(valueSeconds), ""]
  const rate = /^(.*)\/(s|min|h|d)$/.exec(unit)
  if (!rate) return undefined
  const amount = valueSeconds / (SECONDS[rate[2] as string] as number)
  const what = rate[1] === "1" ? "" : (rate[1] as string)
  return ["B", "b", "bit"].includes(what) ? withPrefix(amount, what) : [number(amount), what]
}

function withPrefix(value: number, unit: string): [string, string] {
  const [size, prefix] = scaled(value)
  return [number(size), prefix + unit]
}

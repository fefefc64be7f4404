/** A range of values that a panel shows. */
export interface ValueRange {
  low: number
  high: number
}

/** How a value axis finds its range. Without anything it follows the data. */
export interface AxisSetting {
  /** A fixed range. */
  range?: ValueRange
  /** Following the data, but with zero in sight; nothing beside a fixed range or `log`. */
  zero?: boolean
  /** Logarithmic; values of zero and below have no place on it. */
  log?: boolean
}

const RANGE = /^([+-]?\d[\d.]*(?:e[+-]?\d+)?)\.\.([+-]?\d[\d.]*(?:e[+-]?\d+)?)$/i

/** `100..200`, `zero`, `log`, `log,1..1000`; "" for one that follows the data. */
export function writeAxis({ range, zero, log }: AxisSetting): string {
  const parts: string[] = []
  if (log) parts.push("log")
  else if (zero && !range) parts.push("zero")
  if (range) parts.push(`${range.low}..${range.high}`)
  return parts.join(",")
}

/** Read what {@link writeAxis} wrote; what makes no sense is left out. */
export function readAxis(text: string): AxisSetting {
  const setting: AxisSetting = {}
  for (const part of text.split(",")) {
    if (part === "log") setting.log = true
    else if (part === "zero") setting.zero = true
    const match = RANGE.exec(part)
    if (!match) continue
    const range = { low: Number(match[1]), high: Number(match[2]) }
    if (Number.isFinite(range.high - range.low) && range.high > range.low) setting.range = range
  }
  if (setting.log && setting.range && setting.range.low <= 0) delete setting.range
  if (setting.log || setting.range) delete setting.zero
  return setting
}

/** Whether a range can be shown: its end lies above its begin, and above zero on a logarithmic axis. */
export function isShowable({ low, high }: ValueRange, log: boolean): boolean {
  return Number.isFinite(high - low) && high > low && (!log || low > 0)
}

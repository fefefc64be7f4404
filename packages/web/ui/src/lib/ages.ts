const UNITS: [number, string][] = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
]

/** A length of time in its largest unit, rounded down: `3 s`, `12 min`, `5 h`, `4 d`. Below a second and below zero: `0 s`. */
export function span(seconds: number): string {
  const size = Number.isFinite(seconds) ? Math.max(0, seconds) : 0
  const [length, unit] = UNITS.find(([length]) => size >= length) ?? [1, "s"]
  return `${Math.floor(size / length)}\u00a0${unit}`
}

/** As `span`, and below a second in whole milliseconds, rounded up: `30 ms`. */
export function shortSpan(seconds: number): string {
  return seconds > 0 && seconds < 1 ? `${Math.ceil(seconds * 1000)}\u00a0ms` : span(seconds)
}

/** Seconds between a time in decimal nanoseconds since 1970 and `nowMs`; negative for the future. */
export function secondsSince(timeNs: string, nowMs: number): number {
  return (nowMs - Number(BigInt(timeNs) / 1000n) / 1000) / 1000
}

/**
 * How often: `10 Hz`, and below one a second in words that read as fast: `1/10 s`, `1/min`, `1/5 min`, `1/h`.
 * `""` for nothing, zero and what is no number.
 */
export function rate(hertz: number | null | undefined): string {
  if (hertz === null || hertz === undefined || !(hertz > 0) || !Number.isFinite(hertz)) return ""
  if (hertz >= 1) return `${Number(hertz.toPrecision(4))}\u00a0Hz`
  const seconds = 1 / hertz
  const [length, unit] = UNITS.find(([length]) => seconds >= length * 0.999) ?? [1, "s"]
  const times = Number((seconds / length).toPrecision(3))
  return times === 1 ? `1/${unit}` : `1/${times}\u00a0${unit}`
}

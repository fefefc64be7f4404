const UNITS: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
]

/** A length of time for people, in its largest unit, rounded: `40 s`, `12 min`, `5 h`, `4 d`; below ten seconds with a decimal. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`
  const [length, unit] = UNITS.find(([length]) => seconds >= length) ?? [1, "s"]
  return `${Math.round(seconds / length)} ${unit}`
}

/** Fields of a line, separated by white space. */
export function fields(line: string): string[] {
  return line.match(/\S+/g) ?? []
}

/** The number a field is; NaN for none, and for one that is not finite. */
export function decimal(field: string | undefined): number {
  if (field === undefined || field.trim() === "") return Number.NaN
  const number = Number(field)
  return Number.isFinite(number) ? number : Number.NaN
}

/** The number that follows `label` at the beginning of a line of `text`; NaN if there is none. */
export function numberAfter(text: string, label: string): number {
  const start = text.startsWith(label) ? 0 : text.indexOf(`\n${label}`) + 1
  if (start === 0 && !text.startsWith(label)) return Number.NaN
  // Some lines have thousands of numbers; the first is within this.
  const line = text.slice(start + label.length, start + label.length + 64).split("\n", 1)[0] ?? ""
  return decimal(fields(line)[0])
}

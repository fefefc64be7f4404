/** Lines of a text, without empty ones. */
export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "")
}

/** Fields of a line, separated by white space. */
export function fields(line: string): string[] {
  return line.trim().split(/\s+/)
}

/** The number a field begins with nothing else; NaN for anything but decimal digits with sign and fraction. */
export function decimal(field: string | undefined): number {
  return field !== undefined && /^-?\d+(\.\d+)?$/.test(field) ? Number(field) : Number.NaN
}

/** Measurement and tags of a line. */
export interface Series {
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
}

/**
 * Reads a series as it stands in a line, bytes as Latin-1.
 *
 * @returns the series, or what is wrong with it, in the words of Influx
 */
export function parseSeries(raw: string): Series | string {
  const [measurement = "", ...parts] = splitUnescaped(raw, ",")
  if (measurement === "") return "missing measurement"
  const tags = new Map<string, string>()
  for (const part of parts) {
    const [key = "", value = "", ...more] = splitUnescaped(part, "=")
    if (key === "") return "missing tag key"
    if (value === "") return "missing tag value"
    if (more.length > 0) return "invalid tag format"
    const name = unescapeName(key)
    if (tags.has(name)) return "duplicate tags"
    tags.set(name, unescapeName(value))
  }
  return { measurement: unescapeName(measurement), tags }
}

/** A name as it was before it was put into a line: without the backslashes before `,`, `=` and spaces, and as the UTF-8 it is. */
export function unescapeName(raw: string): string {
  const plain = raw.includes("\\") ? raw.replaceAll(/\\([,= ])/g, "$1") : raw
  return /[\x80-\xff]/.test(plain) ? Buffer.from(plain, "latin1").toString("utf8") : plain
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = []
  let begin = 0
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) {
    if (text[at - 1] === "\\") continue
    parts.push(text.slice(begin, at))
    begin = at + 1
  }
  return [...parts, text.slice(begin)]
}

import { DataError, quoted } from "./errors.js"

/** Labels of a client by key; `""` is the value of those that are only a word. */
export type ClientLabels = Readonly<Record<string, string>>

/** What becomes of labels, by key; null takes one away. */
export type LabelChange = Readonly<Record<string, string | null>>

/** Most labels of one client. */
export const MAX_LABELS = 16
/** Longest key and longest value, in characters. */
const MAX_LENGTH = 63

const key = new RegExp(`^[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}_./-]{0,${MAX_LENGTH - 2}}[\\p{L}\\p{N}\\p{M}])?$`, "u")

/**
 * Check the key and the value of a label. A key has up to 63 letters, digits and `_ . / -`, and begins and ends with a letter or a digit; a value
 * is any text of up to 63 characters on one line, without space at its ends.
 *
 * @throws {DataError} `label`
 */
export function checkLabel(name: string, value: string): void {
  if (!key.test(name)) {
    const rule = `up to ${MAX_LENGTH} letters, digits and _ . / -, with a letter or digit at both ends`
    throw new DataError("label", `${quoted(name)} cannot be the key of a label: it has ${rule}`)
  }
  const isOneLine = !/\p{C}|[\u2028\u2029]/u.test(value)
  if (!isOneLine || value.trim() !== value || [...value].length > MAX_LENGTH) {
    const rule = `it is up to ${MAX_LENGTH} characters on one line without space at its ends`
    throw new DataError("label", `${quoted(value)} cannot be the value of the label ${name}: ${rule}`)
  }
}

/** A label as it is written: `room=A`, or `spare` if it is only a word. */
export function labelText(name: string, value: string): string {
  return value === "" ? name : `${name}=${value}`
}

/**
 * What somebody has written for a change of labels: `key=value` or `word` to set one, `key-` to take it away.
 *
 * @throws {DataError} `label` for what is no label, or if a key is named twice
 */
export function parseLabelChange(texts: readonly string[]): LabelChange {
  const change = new Map<string, string | null>()
  for (const text of texts) {
    const at = text.indexOf("=")
    const takesAway = at < 0 && text.endsWith("-")
    const name = at >= 0 ? text.slice(0, at) : takesAway ? text.slice(0, -1) : text
    const value = at >= 0 ? text.slice(at + 1) : ""
    checkLabel(name, value)
    if (change.has(name)) throw new DataError("label", `the label ${name} is there twice`)
    change.set(name, takesAway ? null : value)
  }
  return Object.fromEntries(change)
}

/**
 * Whether labels are as asked for: `key=value` wants just this value, `key` any. Several must all hold. What is no label is nobody's, and the
 * value after `key=` may be empty for a word.
 */
export function hasLabels(labels: ClientLabels | undefined, wanted: readonly string[]): boolean {
  return wanted.every((text) => {
    const at = text.indexOf("=")
    const name = at < 0 ? text : text.slice(0, at)
    if (labels === undefined || !Object.hasOwn(labels, name)) return false
    return at < 0 || labels[name] === text.slice(at + 1)
  })
}

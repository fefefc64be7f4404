const CONTROL = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu
const ZERO_WIDTH = /[\p{Mark}\u200b-\u200d\ufeff]/u
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/**
 * Text from the network made safe to show: control characters, line breaks and marks that turn the reading direction appear as
 * `\u{…}`, so a name can neither command the terminal nor break a line of output.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

/** Columns that `text` takes on a terminal; it must hold no control characters. */
export function displayWidth(text: string): number {
  let width = 0
  for (const char of text) {
    if (char <= "~") width += 1
    else if (!ZERO_WIDTH.test(char)) width += WIDE.test(char) ? 2 : 1
  }
  return width
}

/** `text` cut to at most `width` columns, an ellipsis in the last one where something is missing. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let kept = ""
  let used = 0
  for (const char of text) {
    const step = displayWidth(char)
    if (used + step > width - 1) break
    kept += char
    used += step
  }
  return width > 0 ? `${kept}…` : ""
}

/** `text` filled with blanks to `width` columns, on the right, or on the left for numbers. */
export function pad(text: string, width: number, side: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(text)))
  return side === "right" ? blanks + text : text + blanks
}

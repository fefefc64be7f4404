import picocolors from "picocolors"

/** Functions that colour text, or return it unchanged where colours are not wanted. */
export type Colors = ReturnType<typeof picocolors.createColors>

/**
 * Colours for one stream: only on a terminal, and never with `NO_COLOR` set (to anything but empty) or `TERM=dumb`.
 *
 * Standard output and standard error are asked separately, for one of them may be redirected.
 */
export function colorsFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Colors {
  return picocolors.createColors(Boolean(stream.isTTY) && !env.NO_COLOR && env.TERM !== "dumb")
}

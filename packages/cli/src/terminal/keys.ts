/** Escape sequences of keys, in the forms that terminals use. */
const NAMES: Readonly<Record<string, string>> = {
  "\x03": "ctrl-c",
  "\x1b[A": "up",
  "\x1bOA": "up",
  "\x1b[B": "down",
  "\x1bOB": "down",
  "\x1b[5~": "page-up",
  "\x1b[6~": "page-down",
  "\x1b[H": "home",
  "\x1bOH": "home",
  "\x1b[1~": "home",
  "\x1b[F": "end",
  "\x1bOF": "end",
  "\x1b[4~": "end",
}

const KEY = /\p{Cc}(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|./gsu

/**
 * The keys in a piece of a terminal's raw input, which may hold several: `up`, `page-down`, `ctrl-c` … for those that have a name
 * here, and what was read for all others.
 */
export function keysOf(input: string): string[] {
  return (input.match(KEY) ?? []).map((key) => NAMES[key] ?? key)
}

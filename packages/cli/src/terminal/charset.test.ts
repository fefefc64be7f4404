import { expect, test } from "vitest"
import { charsetFor } from "./charset.js"
import { terminalSize } from "./size.js"

test("terminals that say so get ASCII, all others Unicode", () => {
  for (const env of [{ TERM: "dumb" }, { TERM: "linux" }, { LANG: "C" }, { LANG: "en_US.UTF-8", LC_ALL: "POSIX" }]) {
    expect(charsetFor(env)).toBe("ascii")
  }
  for (const env of [{}, { LANG: "de_DE.UTF-8" }, { LANG: "C.utf8" }, { LC_ALL: "", LANG: "en_US.UTF-8" }]) {
    expect(charsetFor({ TERM: "xterm-256color", ...env })).toBe("braille")
  }
})

test("the size is that of the terminal, else what the environment says", () => {
  expect(terminalSize({ columns: 100, rows: 30 }, { COLUMNS: "50" })).toEqual({ columns: 100, rows: 30 })
  expect(terminalSize({}, { COLUMNS: "120" })).toEqual({ columns: 120, rows: 24 })
  expect(terminalSize({}, { COLUMNS: "wide" })).toEqual({ columns: 80, rows: 24 })
})

import { expect, test } from "vitest"
import { displayWidth, fit, pad, printable } from "./text.js"

test("nothing from the network reaches the terminal as a command", () => {
  expect(printable("a\x1b[2Jb\r\nc\x9b1m\u202ed")).toBe("a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{9b}1m\\u{202e}d")
  expect(printable("Temperatur °C µ 温度")).toBe("Temperatur °C µ 温度")
})

test("width counts columns, not characters", () => {
  expect(displayWidth("°C")).toBe(2)
  expect(displayWidth("温度")).toBe(4)
  expect(displayWidth("e\u0301")).toBe(1)
})

test("text is cut and filled by columns", () => {
  expect(fit("abcdef", 6)).toBe("abcdef")
  expect(fit("abcdef", 4)).toBe("abc…")
  expect(fit("温度計", 4)).toBe("温…")
  expect(fit("abc", 0)).toBe("")
  expect(pad("°C", 4)).toBe("°C  ")
  expect(pad("1.5", 5, "right")).toBe("  1.5")
})

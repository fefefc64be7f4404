import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { COLOURS, freeSlot, slotOf } from "./colours.js"

/** What the three kinds of colour blindness see of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1). */
const VISION = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
}
const tokens = readFileSync(new URL("../../src/tokens.css", import.meta.url), "utf8")
const themes = tokens.split("[data-theme=")

test("a name has its colour in every session", () => {
  expect(slotOf("lab.ariel.power")).toBe(2)
  expect(new Set(Array.from({ length: 60 }, (_, i) => slotOf(`lab.node${i}.power`))).size).toBe(6)
})

test("a taken colour gives way to a free one until all are taken", () => {
  const taken: number[] = []
  for (let i = 0; i < COLOURS; i++) taken.push(freeSlot("lab.ariel.power", taken))
  expect(new Set(taken).size).toBe(COLOURS)
  expect(freeSlot("lab.ariel.power", taken)).toBe(slotOf("lab.ariel.power"))
})

test.each([0, 1])("the first six colours of theme %i keep their distance for everyone", (theme) => {
  const colours = Array.from({ length: 6 }, (_, i) => linear(token(theme, `s${i + 1}`)))
  for (const [name, vision] of Object.entries(VISION)) {
    for (const [i, a] of colours.entries()) {
      for (const b of colours.slice(i + 1))
        expect(distance(seen(a, vision), seen(b, vision)), name).toBeGreaterThan(0.1)
    }
  }
})

test.each([0, 1])("the colours of theme %i stand out from the panel, and its texts can be read", (theme) => {
  const panel = token(theme, "panel")
  for (let i = 1; i <= COLOURS; i++) expect(contrast(token(theme, `s${i}`), panel), `s${i}`).toBeGreaterThan(3)
  for (const text of ["text", "muted", "accent", "good", "warn", "bad"]) {
    expect(contrast(token(theme, text), panel), text).toBeGreaterThan(4.5)
  }
})

function token(theme: number, name: string): string {
  return new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(themes[theme] ?? "")?.[1] ?? "missing"
}

function linear(hex: string): number[] {
  return [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
}

function seen([r = 0, g = 0, b = 0]: number[], m: number[]): number[] {
  return [0, 3, 6].map((i) => Math.min(1, Math.max(0, m[i]! * r + m[i + 1]! * g + m[i + 2]! * b)))
}

/** In OKLab, where a just noticeable difference is about 0.02. */
function distance(a: number[], b: number[]): number {
  const [x, y] = [oklab(a), oklab(b)]
  return Math.hypot(...x.map((value, i) => value - y[i]!))
}

function oklab([r = 0, g = 0, b = 0]: number[]): number[] {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [r = 0, g = 0, blue = 0] = linear(hex)
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05
  }) as [number, number]
  return Math.max(x, y) / Math.min(x, y)
}

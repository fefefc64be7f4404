import fc from "fast-check"
import { expect, test } from "vitest"
import { parseOldLink } from "./old-links.js"
import { parseTime } from "./time-text.js"
import { readAddress, writeAddress } from "./view-address.js"
import { zoneOf } from "./zone.js"

test("links of the webview", () => {
  expect(
    parseOldLink(".1795154400000*1795176000000*dummy.gap*elab.ariel.power*(lzr.cooling.inlet.temperature~10)"),
  ).toEqual({
    from: "1795154400000",
    to: "1795176000000",
    metrics: [
      { name: "dummy.gap" },
      { name: "elab.ariel.power" },
      { name: "lzr.cooling.inlet.temperature", factor: 10 },
    ],
  })
})

test("they may be relative, have fractions of a ms, be encoded, and name no metric", () => {
  expect(parseOldLink(".now-1d-6h*endday*a.b")).toMatchObject({ from: "now-1d-6h", to: "endday" })
  expect(parseOldLink(".1795168263820.8*1795176000000.1")).toEqual({
    from: "1795168263820",
    to: "1795176000000",
    metrics: [],
  })
  expect(parseOldLink("%2Enow-1h%2Anow%2Aa%2Fb")).toMatchObject({ metrics: [{ name: "a/b" }] })
  expect(parseOldLink(".now-1h*now*(x~-0.5)")?.metrics).toEqual([{ name: "x", factor: -0.5 }])
})

test("links of the charts before it", () => {
  expect(parseOldLink("~(cntr~(~'elab.ariel.power~(~'x.y~10))~start~1~stop~2)")).toEqual({
    from: "1",
    to: "2",
    metrics: [{ name: "elab.ariel.power" }, { name: "x.y", factor: 10 }],
  })
  expect(parseOldLink("/~(cntr~(~'a.b)~start~1~stop~2~type~'default~pixels~1200)")?.metrics).toEqual([{ name: "a.b" }])
  expect(parseOldLink("~(cntr~(~'a.b)~value~3~unit~'week(s))")).toBeUndefined()
  expect(parseOldLink("~(cntr~(~'a.b)~value~3~unit~'week*28s*29)")).toMatchObject({ from: "now-3w", to: "now" })
  expect(parseOldLink("~(cntr~(~'a*20b!**20ac)~value~24~unit~'hour)")).toMatchObject({
    from: "now-24h",
    metrics: [{ name: "a b$€" }],
  })
})

test.each(["", "main", ".", ".1", "~", "~(", "~(cntr", "~'a", "~(cntr~(~'a))", `~${"(~".repeat(5000)}`])(
  "%j is none",
  (fragment) => {
    expect(parseOldLink(fragment)).toBeUndefined()
  },
)

const name = fc.stringMatching(/^[a-zA-Z_][\w./ +&=%#-]{0,20}$/)
const factor = fc.oneof(fc.constantFrom(10, -0.5, 0.001, 1000), fc.double({ noNaN: true, min: 1e-6, max: 1e6 }))
const metrics = fc.uniqueArray(fc.record({ name, factor: fc.option(factor, { nil: undefined }) }), {
  selector: (metric) => metric.name,
  maxLength: 6,
})
const base = fc.constantFrom(
  ...["now", "startday", "endday", "starthour", "endhour", "startweek", "endweek", "startmonth", "endmonth"],
  ...["startyear", "endyear"],
)
const term = fc.tuple(fc.nat(500), fc.constantFrom("y", "M", "d", "h", "m", "s")).map(([n, unit]) => `-${n}${unit}`)
const relative = fc.tuple(base, fc.array(term, { maxLength: 3 })).map(([base, terms]) => base + terms.join(""))
const instant = fc.tuple(fc.integer({ min: 0, max: 4e12 }), fc.nat(9))
const written = instant.map(([ms, tenth]) => (tenth === 0 ? String(ms) : `${ms}.${tenth}`))

/** As the webview wrote it. */
function webviewLink(start: string, stop: string, metrics: { name: string; factor?: number | undefined }[]): string {
  const parts = metrics.map(({ name, factor }) => (factor === undefined ? name : `(${name}~${factor})`))
  return encodeURIComponent(`.${[start, stop, ...parts].join("*")}`)
}

/** As the charts before it wrote texts. */
function jsurlText(text: string): string {
  const escaped = (character: string) => {
    const code = character.charCodeAt(0).toString(16)
    if (character === "$") return "!"
    return code.length > 2 ? `**${code.padStart(4, "0")}` : `*${code.padStart(2, "0")}`
  }
  return `'${text.replace(/[^\w.-]/g, escaped)}`
}

test("whatever the webview wrote is read, and means the same as the address it becomes", () => {
  fc.assert(
    fc.property(fc.oneof(written, relative), fc.oneof(written, relative), metrics, (start, stop, metrics) => {
      const view = parseOldLink(webviewLink(start, stop, metrics))
      const time = (text: string) => (/^\d/.test(text) ? String(Math.trunc(Number(text))) : text)
      const chosen = metrics.map(({ name, factor }) => (factor === undefined ? { name } : { name, factor }))
      expect(view).toEqual({ from: time(start), to: time(stop), metrics: chosen })
      if (!view) return
      const read = readAddress(writeAddress(view))
      expect([read.from, read.to]).toEqual([view.from, view.to])
      expect(read.metrics.map(({ name, factor = 1 }) => [name, factor])).toEqual(
        view.metrics.map(({ name, factor = 1 }) => [name, factor]),
      )
    }),
  )
})

test("every relative time of the webview means one", () => {
  fc.assert(
    fc.property(relative, (text) => {
      expect(parseTime(text, 1795154400000, zoneOf("Europe/Berlin"))).toEqual(expect.any(Number))
    }),
  )
})

test("whatever the charts before it wrote is read", () => {
  const times = fc.tuple(fc.nat(4e9), fc.nat(4e9))
  fc.assert(
    fc.property(times, metrics, fc.boolean(), ([start, stop], metrics, isPrototype) => {
      const list = metrics.map(({ name, factor }) => {
        return factor === undefined ? `~${jsurlText(name)}` : `~(~${jsurlText(name)}~${factor})`
      })
      const cntr = `(${list.length > 0 ? list.join("") : "~"})`
      const rest = isPrototype ? "~type~'default~pixels~1200" : ""
      const link = `${isPrototype ? "/" : ""}~(cntr~${cntr}~start~${start}~stop~${stop}${rest})`
      expect(parseOldLink(link)).toEqual({
        from: String(start),
        to: String(stop),
        metrics: metrics.map(({ name, factor }) => (factor === undefined ? { name } : { name, factor })),
      })
    }),
  )
})

test("no fragment does harm", () => {
  const text = fc.stringMatching(/^[.~/]?[a-z.*~()'!%\d-]{0,40}$/)
  fc.assert(
    fc.property(fc.oneof(fc.string(), text), (fragment) => {
      const view = parseOldLink(fragment)
      if (view) expect(() => readAddress(writeAddress(view))).not.toThrow()
    }),
  )
})

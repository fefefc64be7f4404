import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { LineParser } from "./line-parser.js"
import { parseSeries, unescapeName } from "./line-series.js"
import { LineStream } from "./line-stream.js"

interface Line {
  measurement: string
  tags: Record<string, string>
  fields: Record<string, number | boolean | string>
  time: string
}

/** What lines say, and what is wrong with some. The bytes come in pieces of `size`. */
function read(bytes: Buffer | string, { size = Number.POSITIVE_INFINITY, max = 65_536 } = {}) {
  const lines: Line[] = []
  const problems: string[] = []
  let texts = 0
  const handler = {
    line(parser: LineParser) {
      const series = parseSeries(parser.series)
      if (typeof series === "string") {
        problems.push(series)
        return
      }
      const names = parser.names.slice(0, parser.fieldCount).map(unescapeName)
      const fields = Object.fromEntries(names.map((name, i) => [name, parser.values[i] ?? Number.NaN]))
      lines.push({ measurement: series.measurement, tags: Object.fromEntries(series.tags), fields, time: parser.time })
      texts += parser.skippedFields
    },
    problem(text: string, line: number) {
      problems.push(`${line}: ${text}`)
    },
  }
  const stream = new LineStream(new LineParser(), handler, max)
  const all = Buffer.from(bytes)
  for (let at = 0; at < all.length; at += size) stream.push(all.subarray(at, Math.min(at + size, all.length)))
  stream.end()
  return { lines, problems, texts }
}

/** An independent writer of lines, as the documentation of the protocol says. */
function write({ measurement, tags, fields, time }: Line): string {
  const name = (text: string) => text.replaceAll(/[,= ]/g, "\\$&")
  const tagTexts = Object.entries(tags).map(([key, value]) => `,${name(key)}=${name(value)}`)
  const valueText = (value: number | boolean | string) =>
    typeof value === "string" ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : String(value)
  const fieldTexts = Object.entries(fields).map(([key, value]) => `${name(key)}=${valueText(value)}`)
  const head = measurement.replaceAll(/[, ]/g, "\\$&") + tagTexts.join("")
  return [head, fieldTexts.join(","), ...(time === "" ? [] : [time])].join(" ")
}

const nameText = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .filter((text) => !/[\n\r\t\\\0]|^#|^\s|[\ud800-\udfff]|__proto__/.test(text))
const lineOf = fc.record({
  measurement: nameText.filter((text) => !text.includes("=")),
  tags: fc.dictionary(nameText, nameText, { maxKeys: 4 }),
  fields: fc.dictionary(
    nameText,
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.string({ unit: "binary" }).filter((text) => !/[\ud800-\udfff]/.test(text)),
    ),
    { minKeys: 1, maxKeys: 5 },
  ),
  time: fc.oneof(fc.constant(""), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
})

test("what a writer of its own writes is read, in pieces of any size", () => {
  fc.assert(
    fc.property(
      fc.array(lineOf, { maxLength: 6 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      (lines, size, isCut) => {
        const text = lines.map(write).join("\n") + (isCut ? "" : "\n")
        const numbers = lines.map((line) => {
          const entries = Object.entries(line.fields).filter(([, value]) => typeof value !== "string")
          return { ...line, fields: Object.fromEntries(entries.map(([key, value]) => [key, Number(value) + 0])) }
        })
        const found = read(text, { size })
        expect(found.problems).toEqual([])
        // toEqual takes -0 for another number than 0.
        expect(
          found.lines.map((line) => ({ ...line, fields: mapValues(line.fields, (value) => Number(value) + 0) })),
        ).toEqual(numbers)
        expect(found).toEqual(read(text))
      },
    ),
    { numRuns: 500 },
  )
})

function mapValues<A, B>(values: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]))
}

test("any bytes are read to their end, the same in any pieces, and hide no good line before or after", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(..."m,t=v f=1 1", "\n", '"', "\\", " ", ",", "=", "\r", "#", "-", "1i")
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
      const garbage = Buffer.from(Buffer.concat(pieces).toString("latin1").replaceAll('"', "'"), "latin1")
      const good = Buffer.from("good f=1 7\n")
      const found = read(Buffer.concat([good, garbage, Buffer.from("\n"), good]), { size })
      expect(found.lines.filter(({ measurement }) => measurement === "good").length).toBeGreaterThanOrEqual(2)
      read(Buffer.concat(pieces), { size, max: 16 })
    }),
    { numRuns: 500 },
  )
})

test("numbers of all kinds", () => {
  const { lines, problems, texts } = read(
    'm a=1,b=-1.5,c=42i,d=7u,e=1e3,f=.5,g=2.,h=+3,i=T,j=false,k="x y,=\\"\n",l=0.1,m=123456789.12345679,n=-0,o=9007199254740993i 5\n',
  )
  expect(problems).toEqual([])
  expect(texts).toBe(1)
  expect(lines[0]?.fields).toEqual({
    ...{ a: 1, b: -1.5, c: 42, d: 7, e: 1000, f: 0.5, g: 2, h: 3, i: 1, j: 0, l: 0.1 },
    ...{ m: 123456789.12345679, n: -0, o: 9007199254740992 },
  })
})

test("the nearest double, as the language itself reads it", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e308, max: 1e308, noNaN: true }), fc.nat(12), (number, digits) => {
      for (const text of [String(number), number.toFixed(Math.min(digits, 20)), number.toExponential(digits)])
        expect(read(`m f=${text}`).lines[0]?.fields.f).toBe(Number(text))
    }),
  )
})

test.each([
  ["cpu", "missing fields"],
  ["cpu,host=a", "missing fields"],
  ["cpu ", "missing fields"],
  ["cpu value", "missing field value"],
  ["cpu value=", "missing field value"],
  ["cpu =1", "missing field key"],
  ["cpu value=1,", "missing field value"],
  ["cpu value=x", "invalid number"],
  ["cpu value=NaN", "invalid number"],
  ["cpu value=Infinity", "invalid number"],
  ["cpu value=1e999", "invalid number"],
  ["cpu value=0x10", "invalid number"],
  ["cpu value=1.5i", "invalid number"],
  ["cpu value=-1u", "invalid number"],
  ['cpu value="a', "unbalanced quotes"],
  ['cpu value="a"b', "invalid field format"],
  ["cpu value=1 noon", "bad timestamp"],
  ["cpu value=1 12 34", "bad timestamp"],
  ["cpu value=1 -", "bad timestamp"],
  ["cpu value=1 123456789012345678901", "time outside range"],
])("%s: %s", (line, problem) => {
  const { lines, problems } = read(`a x=1\n${line}\nb x=2`)
  expect(problems).toEqual([`2: unable to parse '${line.trim()}': ${problem}`])
  expect(lines.map(({ measurement }) => measurement)).toEqual(["a", "b"])
})

test.each([
  [",host=a", "missing measurement"],
  ["cpu,=a", "missing tag key"],
  ["cpu,host=", "missing tag value"],
  ["cpu,host", "missing tag value"],
  ["cpu,host=a=b", "invalid tag format"],
  ["cpu,host=a,host=b", "duplicate tags"],
])("the series %s: %s", (series, problem) => {
  expect(parseSeries(series)).toBe(problem)
})

test("comments, empty lines and line breaks of Windows", () => {
  const { lines, problems } = read("# a comment\r\n\r\n  \n a x=1 5\r\nb x=2\r\n")
  expect(problems).toEqual([])
  expect(lines.map(({ measurement, time }) => [measurement, time])).toEqual([
    ["a", "5"],
    ["b", ""],
  ])
})

test("a line that is too long is told once, and the next is read", () => {
  for (const size of [1, 7, 1000]) {
    const { lines, problems } = read(`a x=1\n${"b".repeat(500)} x=1\nc x=2\n`, { size, max: 100 })
    expect(problems).toEqual(["2: a line has more than 100 bytes"])
    expect(lines.map(({ measurement }) => measurement)).toEqual(["a", "c"])
  }
})

test("what Telegraf writes", () => {
  const { lines, problems, texts } = read(readFileSync(new URL("../../fixtures/telegraf.txt", import.meta.url)))
  expect([problems, texts]).toEqual([[], 1])
  expect(lines.map(({ measurement, fields }) => [measurement, Object.keys(fields).length])).toEqual([
    ["weather data", 3],
    ["mem", 34],
    ["cpu", 10],
  ])
  expect(lines[0]).toEqual({
    measurement: "weather data",
    tags: { host: "n1", note: "a=b", station: "mast,north" },
    fields: { temperature: -3.5, ok: 1, count: 12 },
    time: "1700000000000000000",
  })
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { splitRecords } from "./csv-records.js"

function records(text: string, delimiter = ","): { fields: string[]; line: number }[] {
  const all: { fields: string[]; line: number }[] = []
  splitRecords(text, delimiter, 1, (fields, line) => all.push({ fields, line }))
  return all
}

test.each([
  [
    "a,b\nc,d\n",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a,b\r\nc,d",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a,,\n,\n\n\r\n ,x\n",
    [
      ["a", "", ""],
      ["", ""],
      [" ", "x"],
    ],
  ],
  [
    '"a","b,c"\n"d""e",f\r\n',
    [
      ["a", "b,c"],
      ['d"e', "f"],
    ],
  ],
  [
    '"two\nlines",x\ny,"z\r\n"',
    [
      ["two\nlines", "x"],
      ["y", "z\r\n"],
    ],
  ],
  [
    'a,""\n"",b\n',
    [
      ["a", ""],
      ["", "b"],
    ],
  ],
  ['""', [[""]]],
  ["", []],
])("%j", (text, fields) => {
  expect(records(text).map((record) => record.fields)).toEqual(fields)
})

test("lines are counted, those within quotes and empty ones too", () => {
  expect(records('a\n\n"b\nc"\nd\n').map(({ line }) => line)).toEqual([1, 3, 5])
  expect(splitRecords('a\n"b\r\nc"\r\n', ",", 7, () => {})).toBe(10)
  expect(splitRecords('a\n"b\nc"', ",", 7, () => {})).toBe(10)
})

test("a reader can stop", () => {
  const seen: string[][] = []
  splitRecords('a\n"b"\nc"', ",", 1, (fields) => seen.push(fields) < 2)
  expect(seen).toEqual([["a"], ["b"]])
})

test.each([
  ['a\nb,"c', /line 2: a quote is not closed/],
  ['a\n"b"c,d', /line 2: there is text after the closing quote/],
  ['x\n"b",c"d', /line 2: a quote stands within a field/],
])("%j is refused", (text, message) => {
  expect(() => records(text)).toThrow(message)
})

test("whatever is written by the rules is read again", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "1", " ", ",", ";", '"', "\n", "\r\n", "é"), maxLength: 5 })
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 })
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      (rows, delimiter, eol, always) => {
        const text = rows
          .map((row) =>
            row.map((each) => (always || /[",;\n\r]/.test(each) ? `"${each.replaceAll('"', '""')}"` : each)),
          )
          .map((row) => row.join(delimiter) + eol)
          .join("")
        expect(records(text, delimiter).map(({ fields }) => fields)).toEqual(rows)
      },
    ),
  )
})

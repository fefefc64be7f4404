import fc from "fast-check"
import { expect, test } from "vitest"
import { parseSensorRow, plainLayout, type RowLayout } from "./sensor-row.js"

const fan = { recordId: "3", name: "Fan, 1|a", type: "Fan", value: 5400, unit: "RPM", status: "'OK'" }
const noType = { ...plainLayout, hasType: false }
const everything: RowLayout = { hasType: true, hasState: true, hasThresholds: true }

/** As FreeIPMI 1.6.10 prints them. */
test.each([
  ["3  | Fan, 1|a   | Fan                      | 5400.00    | RPM   | 'OK'", plainLayout, fan],
  ["3,Fan, 1|a,Fan,5400.00,RPM,'OK'", plainLayout, fan],
  ["3  | Fan, 1|a   | 5400.00    | RPM   | 'OK'", noType, { ...fan, type: "" }],
  [
    "3  | Fan, 1|a   | Fan        | Nominal  | 5400.00    | RPM   | N/A   | N/A   | N/A   | N/A   | N/A   | N/A   | 'OK'",
    everything,
    fan,
  ],
  [
    "71,PS1_Status,Power Supply,N/A,N/A,'Presence detected' 'Failure, or so'",
    plainLayout,
    {
      recordId: "71",
      name: "PS1_Status",
      type: "Power Supply",
      value: Number.NaN,
      unit: "N/A",
      status: "'Presence detected' 'Failure, or so'",
    },
  ],
  [
    "4 | Temp | Temperature | N/A | C | N/A",
    plainLayout,
    { ...fan, recordId: "4", name: "Temp", type: "Temperature", value: Number.NaN, unit: "C", status: "N/A" },
  ],
])("reads %s", (line, layout, row) => {
  expect(parseSensorRow(line, layout)).toEqual(row)
})

test.each([
  "",
  "ID | Name | Type | Reading | Units | Event",
  "Sensor Record ID '77' not found",
  "Caching SDR record 1 of 3 (current record ID 1)",
  "3 | Fan | Fan | 1.00",
  "3 | Fan | 5400.00 | RPM | 'OK'",
])("%j is no row", (line) => {
  expect(parseSensorRow(line)).toBeUndefined()
})

const word = fc.stringMatching(/^[A-Za-z0-9_.#+/-]([A-Za-z0-9_.,|:#+/ -]{0,14}[A-Za-z0-9_.#+/-])?$/)
const cell = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9/ -]{0,12}[A-Za-z0-9])?$/)
const states = fc.array(fc.stringMatching(/^[A-Za-z0-9 ,|/-]{1,20}$/), { minLength: 1, maxLength: 3 })
const layouts = fc.record({ hasType: fc.boolean(), hasState: fc.boolean(), hasThresholds: fc.boolean() })
const rows = fc.record({
  recordId: fc.nat(65_535).map(String),
  name: word,
  type: cell,
  value: fc.option(
    fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 100),
    { nil: Number.NaN },
  ),
  unit: cell,
  status: fc.oneof(
    states.map((some) => some.map((state) => `'${state}'`).join(" ")),
    fc.constant("N/A"),
    fc.constant("0001h"),
  ),
})

test("what is printed in any form and layout is read again, names with separators, too", () => {
  fc.assert(
    fc.property(rows, layouts, fc.constantFrom(" | ", ","), fc.nat(8), (row, layout, separator, pad) => {
      const columns = [
        row.recordId.padEnd(separator === "," ? 0 : pad),
        row.name.padEnd(separator === "," ? 0 : pad),
        ...(layout.hasType ? [row.type] : []),
        ...(layout.hasState ? ["Nominal"] : []),
        Number.isNaN(row.value) ? "N/A" : row.value.toFixed(2),
        row.unit,
        ...(layout.hasThresholds ? ["N/A", "1.00", "2.00", "N/A", "80.00", "N/A"] : []),
        row.status,
      ]
      const expected = { ...row, type: layout.hasType ? row.type : "", value: row.value + 0 }
      expect(parseSensorRow(columns.join(separator), layout)).toEqual(expected)
    }),
  )
})

test("no text makes it fail", () => {
  const pieces = fc.array(fc.constantFrom("|", ",", "'", ":", " ", "N/A", "1", "x", "\0", "ä"), { maxLength: 60 })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        pieces.map((some) => some.join("")),
      ),
      layouts,
      (text, layout) => {
        const row = parseSensorRow(text, layout)
        expect(row === undefined || typeof row.value === "number").toBe(true)
      },
    ),
  )
})

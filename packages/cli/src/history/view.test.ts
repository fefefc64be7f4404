import { expect, test } from "vitest"
import { UsageError } from "../errors.js"
import { viewOf } from "./view.js"

const plot = { plot: true, format: undefined }
const data = (format: string) => ({ plot: false, format })

test("a terminal gets a plot, and a table where the kind of rows is said", () => {
  expect(viewOf({}, true)).toEqual(plot)
  expect(viewOf({ raw: true }, true)).toEqual(data("table"))
  expect(viewOf({ points: 10 }, true)).toEqual(data("table"))
  expect(viewOf({ interval: "1min", plot: true }, true)).toEqual(plot)
})

test("everything else gets CSV, unless something else is asked for", () => {
  expect(viewOf({}, false)).toEqual(data("csv"))
  expect(viewOf({ raw: true }, false)).toEqual(data("csv"))
  expect(viewOf({ plot: true }, false)).toEqual(plot)
  expect(viewOf({ json: true }, false)).toEqual(data("json"))
  expect(viewOf({ format: "table" }, false)).toEqual(data("table"))
})

test("files get what their names end in, with or without a plot beside", () => {
  expect(viewOf({ output: "a.PARQUET" }, true)).toEqual(data("parquet"))
  expect(viewOf({ output: "a.ndjson" }, true)).toEqual(data("jsonl"))
  expect(viewOf({ output: "a" }, true)).toEqual(data("csv"))
  expect(viewOf({ output: "a.csv", format: "json" }, true)).toEqual(data("json"))
  expect(viewOf({ output: "a.csv", plot: true }, true)).toEqual({ plot: true, format: "csv" })
})

test("what cannot be together is refused", () => {
  expect(() => viewOf({ plot: true, format: "csv" }, false)).toThrow(/-o$/)
  expect(() => viewOf({ json: true, format: "csv" }, false)).toThrow(UsageError)
  expect(() => viewOf({ format: "parquet" }, true)).toThrow(/-o FILE\.parquet$/)
  expect(() => viewOf({ format: "csv-wide" }, false)).toThrow(/--raw$/)
})

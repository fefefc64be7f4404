import { expect, test } from "vitest"
import { entryAsBefore, entryWith, fieldsOf, ownEntry, withEntry } from "./storage-settings.js"

const entry = {
  interval_min: 10_000_000_000,
  interval_max: "1d",
  retention: { raw: "90d", levels: { "1min": "1a" } },
  x: 1,
}

test("fields that are left as they are change nothing", () => {
  expect(fieldsOf(entry)).toEqual({
    ...{ shortest: "10000000000", longest: "1d", factor: "", gap: "", keep: "90d", mode: "RW" },
  })
  expect(entryWith(entry, fieldsOf(entry))).toEqual(entry)
  expect(entryWith({}, fieldsOf({}))).toEqual({})
})

test("fields that are filled in or emptied change their keys alone", () => {
  const fields = { ...fieldsOf(entry), shortest: " 5s ", longest: "", factor: "10", keep: "", mode: "R" }
  expect(entryWith(entry, fields)).toEqual({
    ...{ interval_min: "5s", interval_factor: 10, mode: "R", retention: { levels: { "1min": "1a" } }, x: 1 },
  })
  expect(entryWith({ retention: { raw: "1d" }, mode: "R" }, fieldsOf({}))).toEqual({})
  expect(entryWith({}, { ...fieldsOf({}), keep: "7d" })).toEqual({ retention: { raw: "7d" } })
})

test("an entry is put into a document, and taken out of it, whatever the form of its metrics", () => {
  const object = { metrics: { "lab.a": {}, "lab.b": { mode: "R" } }, patterns: ["**"] }
  expect(withEntry(object, "lab.a", { mode: "R" }).metrics).toEqual({ "lab.a": { mode: "R" }, "lab.b": { mode: "R" } })
  expect(withEntry(object, "lab.b", undefined)).toEqual({ metrics: { "lab.a": {} }, patterns: ["**"] })
  expect(withEntry({}, "lab.a", {})).toEqual({ metrics: { "lab.a": {} } })
  const list = { metrics: ["lab.a", { name: "lab.b", mode: "R" }, "lab.c"] }
  expect(withEntry(list, "lab.a", { mode: "R" }).metrics).toEqual([
    ...[{ name: "lab.a", mode: "R" }, { name: "lab.b", mode: "R" }, "lab.c"],
  ])
  expect(withEntry(list, "lab.b", undefined).metrics).toEqual(["lab.a", "lab.c"])
  expect(withEntry(list, "lab.b", { name: "lab.b" }).metrics).toEqual(["lab.a", "lab.b", "lab.c"])
  expect([ownEntry(list, "lab.a"), ownEntry(list, "lab.b"), ownEntry(list, "lab.d")]).toEqual([
    ...[{}, { name: "lab.b", mode: "R" }, undefined],
  ])
  expect([ownEntry(object, "lab.b"), ownEntry(object, "toString")]).toEqual([{ mode: "R" }, undefined])
})

test("a metric that gets an entry of its own is stored as before", () => {
  const rule = { pattern: "lab.*", exclude: ["x"], interval: "1s", retention: { raw: "7d" } }
  expect(entryAsBefore(rule, ["3000000000", "30000000000", "300000000000"])).toEqual({
    ...{ retention: { raw: "7d" }, interval_min: "3s", interval_factor: 10, interval_max: "5min" },
  })
  expect(entryAsBefore({}, [])).toEqual({})
  expect(entryAsBefore({}, ["1500000"])).toEqual({ interval_min: "1500us", interval_max: "1500us" })
})

import { expect, test } from "vitest"
import { metadataChange } from "./metadata-change.js"

const time = "2026-11-26T07:00:00.000Z"
const set = { action: "set", author: "ann", by: "bob" } as const
const declare = { action: "declare", author: "source-a" } as const

test("keys that come, go and change are noted, with who and when", () => {
  const change = metadataChange({ unit: "W", rate: 1, old: [1] }, { unit: "kW", rate: 1, note: "n" }, set, time)
  expect(change).toEqual({
    ...{ time, ...set },
    keys: { unit: { before: "W", after: "kW" }, old: { before: [1] }, note: { after: "n" } },
  })
})

test("what is the same, a new date, or being stored is no change", () => {
  const before = { nested: { a: [1] }, date: "1", unit: "W" }
  const after = { unit: "W", date: "2", nested: { a: [1] }, historic: true }
  expect(metadataChange(before, after, declare, time)).toBeUndefined()
})

test("what comes or goes is noted whole, but for a first declaration", () => {
  expect(metadataChange(undefined, { unit: "W" }, declare, time)).toEqual({ time, ...declare, keys: {} })
  expect(metadataChange(undefined, { historic: true }, { ...set, action: "restore" }, time)?.keys).toEqual({
    historic: { after: true },
  })
  expect(metadataChange({ unit: "W" }, undefined, { ...set, action: "delete" }, time)?.keys).toEqual({
    unit: { before: "W" },
  })
})

test("setting nothing but hidden or archived is called what it means", () => {
  const actionOf = (before: object, after: object) => metadataChange({ ...before }, { ...after }, set, time)?.action
  expect(actionOf({}, { hidden: true })).toBe("hide")
  expect(actionOf({ hidden: true }, {})).toBe("unhide")
  expect(actionOf({ hidden: true }, { hidden: false })).toBe("unhide")
  expect(actionOf({}, { archived: "2026-11-26 07:00:00+00:00" })).toBe("archive")
  expect(actionOf({ archived: "2026" }, {})).toBe("unarchive")
  expect(actionOf({}, { hidden: true, archived: "2026" })).toBe("set")
  expect(metadataChange({}, { hidden: true }, declare, time)?.action).toBe("declare")
})

test("long values are cut, and of many keys the rest is counted", () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, i]))
  const change = metadataChange({}, { text: "x".repeat(10_000), list: Array(1000).fill(1), ...many }, set, time)
  expect(Object.keys(change?.keys ?? {})).toHaveLength(50)
  expect(change?.more).toBe(12)
  expect(change?.keys.text?.after).toBe(`${"x".repeat(500)}…`)
  expect(JSON.stringify(change).length).toBeLessThan(5000)
})

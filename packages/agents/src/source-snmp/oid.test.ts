import { expect, test } from "vitest"
import { compareOids, indexBelow, isOid, plainOid } from "./oid.js"

test("OIDs are told from other texts", () => {
  for (const oid of [".1.3.6.1.2.1.1.3.0", "1.3.6", "2.999.1", ".1.3.4294967295"]) expect(isOid(oid), oid).toBe(true)
  const wrong = [
    "",
    "1",
    ".1",
    "1..3",
    "1.3.",
    "3.1.1",
    "1.40.1",
    "sysUpTime.0",
    "1.3.4294967296",
    `1.3${".1".repeat(127)}`,
  ]
  for (const text of wrong) expect(isOid(text), text).toBe(false)
  expect([plainOid(".1.3.6"), plainOid("1.3.6")]).toEqual(["1.3.6", "1.3.6"])
})

test("OIDs are in the order of the tree, and know what is below them", () => {
  const sorted = ["1.3", "1.3.6", "1.3.6.2", "1.3.6.10", "1.4"]
  expect([...sorted].reverse().sort(compareOids)).toEqual(sorted)
  expect(compareOids("1.3.6", "1.3.6")).toBe(0)
  expect(indexBelow("1.3.6", "1.3.6.7.1")).toBe("7.1")
  expect(indexBelow("1.3.6", "1.3.61.7")).toBeUndefined()
  expect(indexBelow("1.3.6", "1.3.6")).toBeUndefined()
})

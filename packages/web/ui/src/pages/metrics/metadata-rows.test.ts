import { expect, test } from "vitest"
import { metadataRows } from "./metadata-rows.js"

test("what has no place of its own is listed by key", () => {
  const metadata = {
    unit: "W",
    _rev: "1-a",
    source: "s",
    rate: 1,
    description: "d",
    historic: true,
    bits: [1, 2],
    note: "",
  }
  expect(metadataRows(metadata)).toEqual([
    { key: "bits", value: "[1,2]" },
    { key: "unit", value: "W" },
  ])
})

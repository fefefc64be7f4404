import { expect, test } from "vitest"
import { metadataRows } from "./metadata-rows.js"

test("usual keys come first, others in order, and what the network keeps has its own place", () => {
  const metadata = { unit: "W", _rev: "1-a", source: "s", historic: true, rate: 1, slot: 3, bits: [1, 2] }
  expect(metadataRows({ metadata, declared: metadata, overlay: {} }).map(({ key, value }) => [key, value])).toEqual([
    ["description", undefined],
    ["unit", "W"],
    ["quantity", undefined],
    ["rate", 1],
    ["bits", [1, 2]],
    ["slot", 3],
  ])
})

test("what was set here is told apart from what the source declares", () => {
  const layers = { metadata: { unit: "kW", room: "E1" }, declared: { unit: "W" }, overlay: { unit: "kW", room: "E1" } }
  expect(metadataRows(layers).filter(({ isSet }) => isSet)).toEqual([
    { key: "unit", value: "kW", declared: "W", isSet: true },
    { key: "room", value: "E1", declared: undefined, isSet: true },
  ])
})

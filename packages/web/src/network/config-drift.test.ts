import type { ConfigurationState } from "@metricq/protocol"
import { expect, test } from "vitest"
import { driftOf } from "./config-drift.js"

const time = "2026-11-26T12:00:00Z"
const at = (revision: string) => ({ revision, time })
const stored = { ...at("2-b"), author: "ann" }

test.for<[string, ConfigurationState | undefined]>([
  ["none", undefined],
  ["none", { sent: { ...at("1-a"), how: "register" } }],
  ["never", { stored }],
  ["sent", { stored, sent: { ...at("2-b"), how: "register" } }],
  ["current", { stored, sent: { ...at("2-b"), how: "register" }, accepted: at("2-b") }],
  ["outdated", { stored, sent: { ...at("1-a"), how: "register" }, accepted: at("1-a") }],
  ["outdated", { stored, accepted: at("1-a") }],
  [
    "refused",
    { stored, sent: { ...at("2-b"), how: "apply" }, accepted: at("1-a"), refused: { ...at("2-b"), text: "" } },
  ],
  ["outdated", { stored, sent: { ...at("1-a"), how: "apply" }, refused: { ...at("1-a"), text: "" } }],
])("%s", ([drift, state]) => {
  expect(driftOf(state)).toBe(drift)
})

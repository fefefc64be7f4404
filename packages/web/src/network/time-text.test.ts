import { Timestamp } from "@metricq/client"
import { expect, test } from "vitest"
import { parseRange, parseTime } from "./time-text.js"

const now = Timestamp.fromIso("2026-11-26T12:00:00Z")
const iso = (text: string) => parseTime("from", text, now).toIso()

test("times are nanoseconds, ISO 8601, or seen from now", () => {
  expect(iso("1795694400000000001")).toBe("2026-11-26T12:00:00.000000001Z")
  expect(iso("2026-11-26T13:00:00+01:00")).toBe("2026-11-26T12:00:00Z")
  expect(iso("now")).toBe("2026-11-26T12:00:00Z")
  expect(iso("now-6h")).toBe("2026-11-26T06:00:00Z")
  expect(iso("now+500ms")).toBe("2026-11-26T12:00:00.500Z")
  expect(iso("now 2d")).toBe("2026-11-28T12:00:00Z")
})

test.each(["", "yesterday", "2026-11-26T12:00:00", "now-", "now-6x", "nower", "1".repeat(40), "99999999999999999999"])(
  "%s is no time",
  (text) => expect(() => iso(text)).toThrow(expect.objectContaining({ code: "time" })),
)

test("a range begins before it ends", () => {
  expect(() => parseRange({ from: "now", to: "now" })).toThrow(expect.objectContaining({ code: "range" }))
  expect(parseRange({ from: "now-1h", to: "now" }).to).toBeInstanceOf(Timestamp)
})

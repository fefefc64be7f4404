import { expect, test } from "vitest"
import { isOutdated } from "./is-outdated.js"

test("a metric that was declared well before its client got its configuration is not measured any more", () => {
  const sent = "2026-11-26T10:00:00.000Z"
  expect(isOutdated("2026-11-26T09:58:00.000Z", sent)).toBe(true)
  expect(isOutdated("2026-11-26 09:58:00.5+00:00", sent)).toBe(true)
  // A declaration that came with the configuration is noted a little earlier.
  expect(isOutdated("2026-11-26T09:59:50.000Z", sent)).toBe(false)
  expect(isOutdated("2026-11-26T11:00:00.000Z", sent)).toBe(false)
  for (const unknown of [undefined, null, "", "soon"]) expect(isOutdated(unknown, sent)).toBe(false)
  expect(isOutdated("2026-11-26T09:00:00.000Z", undefined)).toBe(false)
})

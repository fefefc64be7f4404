import type { JsonObject } from "@metricq/client"
import { expect, test } from "vitest"
import type { Role } from "../access/role.js"
import { checkRetention } from "./retention-guard.js"

const by = (role: Role) => ({ name: "ann", role, via: "session" }) as const
const stored: JsonObject = {
  patterns: [{ pattern: "a.**", retention: { raw: "7d", levels: { "1min": "30d" } } }, "**"],
  metrics: { b: { retention: { raw: "1d" } } },
  retention: { raw: "90d" },
}
const check =
  (token: string, after: JsonObject, role: Role = "operator") =>
  () =>
    checkRetention(by(role), token, { before: stored, after })

test("an operator changes what a database stores, but not how long", () => {
  const same = { pattern: "a.**", interval: "1s", retention: { levels: { "1min": "30d" }, raw: "7d" } }
  expect(check("db-a", { ...stored, patterns: ["c.**", same, "**"], limits: { rows: 5 } })).not.toThrow()
  for (const after of [
    { ...stored, retention: { raw: "1d" } },
    { ...stored, metrics: {} },
    { ...stored, patterns: ["**"] },
    { ...stored, patterns: [{ pattern: "a.**", retention: { raw: "7d" } }, "**"] },
    { ...stored, patterns: ["**", { pattern: "x", retention: {} }] },
  ]) {
    expect(check("db-a", after)).toThrow(expect.objectContaining({ code: "retention", status: 403 }))
    expect(check("db-a", after, "administrator")).not.toThrow()
    expect(check("source-a", after)).not.toThrow()
  }
})

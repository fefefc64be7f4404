import { expect, test } from "vitest"
import { findingId, type Subject } from "../health/finding.js"
import type { Finding } from "../health/ledger.js"
import { issueOf } from "./issue.js"

function finding(kind: Finding["kind"], change: Partial<Finding> = {}): Finding {
  const subject: Subject = change.subject ?? { metric: "lab.a" }
  return {
    ...{ id: findingId(kind, subject), kind, severity: "warning", subject, source: "source-a", message: "it is so" },
    ...{ remedy: "", values: {}, sinceMs: 0, lastSeenMs: 1000, state: "open", ...change },
  }
}

test("conditions that the wizard knows have its types, with what its page shows of them", () => {
  const last = "1970-01-01T00:00:00.000Z"
  expect(issueOf(finding("silent", { values: { ageS: 5 } }), {})).toMatchObject({ type: "dead", last_timestamp: last })
  expect(issueOf(finding("silent"), {})).toMatchObject({ type: "no_value" })
  expect(issueOf(finding("revived"), { archived: "then" })).toMatchObject({
    ...{ type: "undead", archived: "then", last_timestamp: "1970-01-01T00:00:01.000Z" },
  })
  expect(issueOf(finding("nan"), undefined)).toMatchObject({ type: "infinite", archived: null })
  expect(issueOf(finding("clock-ahead"), {})).toMatchObject({ type: "serious_clock_error", kind: "clock-ahead" })
})

test("others are a sentence that names what it is about", () => {
  expect(issueOf(finding("rate"), {}).type).toBe("it is so")
  const client = { client: "source-a" }
  expect(issueOf(finding("two-hosts", { subject: client }), undefined)).toMatchObject({
    ...{ type: "source-a: it is so", scope_type: "client", scope: "source-a" },
  })
  expect(issueOf(finding("gone", { subject: client, message: "source-a is gone" }), undefined).type).toBe(
    "source-a is gone",
  )
  // A finding about a client stands for many metrics: it has none of their types.
  expect(issueOf(finding("silent", { subject: client, message: "many are silent" }), {}).type).toContain("many")
})

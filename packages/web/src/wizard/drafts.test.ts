import { expect, test } from "vitest"
import { type Draft, Drafts } from "./drafts.js"

const draft = (revision: string): Draft => ({ config: {}, revision, begunMs: 0, deselected: new Map() })

test("a draft is left after half a day without being touched, and with too many the oldest goes", () => {
  let nowMs = 0
  const drafts = new Drafts(() => nowMs)
  drafts.set("a", draft("1"))
  nowMs += 11 * 3_600_000
  expect(drafts.get("a")?.revision).toBe("1")
  nowMs += 11 * 3_600_000
  expect(drafts.get("a")?.revision).toBe("1")
  nowMs += 13 * 3_600_000
  expect(drafts.get("a")).toBeUndefined()

  for (let i = 0; i < 200; i++) drafts.set(`d${i}`, draft(String(i)))
  drafts.get("d0")
  drafts.set("one more", draft("x"))
  expect([drafts.get("d0")?.revision, drafts.get("d1")]).toEqual(["0", undefined])
})

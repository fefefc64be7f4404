import { expect, test } from "vitest"
import type { PatchPlan, PatchResult } from "./patch-api.js"
import { canStore, type PatchOutcome, planMany, storeMany } from "./patch-many.js"

const plan = (token: string, some: Partial<PatchPlan> = {}): PatchPlan => ({
  ...{ token, revision: `1-${token}`, changes: [{ path: "rate", before: 1, after: 2 }], more: 0, valid: true },
  ...{ problems: { errors: [], warnings: [] } },
  ...some,
})

test("plans come in parts and in order", async () => {
  const tokens = Array.from({ length: 250 }, (_, i) => `source-${i}`)
  const parts: number[] = []
  const plans = await planMany(tokens, async (part) => {
    parts.push(part.length)
    return part.map((token) => plan(token))
  })
  expect(parts).toEqual([100, 100, 50])
  expect(plans.map(({ token }) => token)).toEqual(tokens)
})

test("only what changes something and stays valid can be stored", () => {
  expect(canStore(plan("a"))).toBe(true)
  expect(canStore(plan("a", { changes: [] }))).toBe(false)
  expect(canStore(plan("a", { valid: false }))).toBe(false)
  expect(canStore(plan("a", { revision: null }))).toBe(false)
})

test("what is stored is applied, and each client has its own result", async () => {
  const outcomes = new Map<string, PatchOutcome[]>()
  const stored: unknown[] = []
  const results: PatchResult[] = [
    { token: "a", state: "stored" },
    { token: "b", state: "conflict", text: "changed" },
    { token: "c", state: "stored" },
    { token: "d", state: "unchanged" },
  ]
  await storeMany(
    ["a", "b", "c", "d"].map((token) => plan(token)),
    {
      ...{ patch: { rate: 2 }, note: "why", signal: new AbortController().signal },
      store: async (...args) => {
        stored.push(args)
        return results
      },
      apply: async (token) => ({ token, answered: true, ...(token === "c" && { refused: "too fast" }) }),
      onresult: (token, outcome) => outcomes.set(token, [...(outcomes.get(token) ?? []), outcome]),
    },
  )
  expect(stored).toEqual([[{ rate: 2 }, { a: "1-a", b: "1-b", c: "1-c", d: "1-d" }, "why"]])
  const last = Object.fromEntries([...outcomes].map(([token, all]) => [token, all.at(-1)]))
  expect(last).toEqual({
    a: { state: "accepted" },
    b: { state: "conflict", text: "changed" },
    c: { state: "refused", text: "too fast" },
    d: { state: "unchanged" },
  })
})

test("a part that the server does not answer has failed, and nothing of it is applied", async () => {
  const outcomes = new Map<string, PatchOutcome>()
  const plans = Array.from({ length: 150 }, (_, i) => plan(`s${i}`))
  let asked = 0
  const applied: string[] = []
  await storeMany(plans, {
    ...{ patch: {}, note: "", signal: new AbortController().signal },
    store: async (_, clients) => {
      asked += 1
      if (asked === 1) throw new Error("The server does not answer.")
      return Object.keys(clients).map((token) => ({ token, state: "stored" }))
    },
    apply: async (token) => {
      applied.push(token)
      return { token, answered: false, reason: "not connected" }
    },
    onresult: (token, outcome) => outcomes.set(token, outcome),
  })
  expect(outcomes.get("s0")).toEqual({ state: "failed", text: "The server does not answer." })
  expect(outcomes.get("s149")).toEqual({ state: "silent", text: "not connected" })
  expect(applied).toHaveLength(50)
})

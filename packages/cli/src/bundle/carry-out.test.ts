import { type Client, RPCError, TimeoutError } from "@metricq/client"
import type { StoredConfig } from "@metricq/protocol"
import { expect, test } from "vitest"
import { Interrupted } from "../errors.js"
import { carryOut, type ImportResult } from "./carry-out.js"
import type { ImportItem, ImportPlan } from "./import-plan.js"

const stored: StoredConfig = { token: "", revision: "1-a", time: "", author: "ann", config: {} }
const item = (token: string, state: ImportItem["state"] = "changed"): ImportItem => ({
  ...{ token, state, file: "f", config: { token }, errors: [], warnings: [] },
  stored: state === "new" ? undefined : stored,
})
const plan: ImportPlan = {
  items: [item("a", "new"), item("b"), item("c", "same"), item("d")],
  absent: [{ token: "e", revision: "9-e" }],
}

/** What was asked of the manager; `fail` may throw instead of its answer. */
async function run(fail: (token: string) => void, { isDeleted = true, signal = new AbortController().signal } = {}) {
  const asked: unknown[] = []
  const told: ImportResult[] = []
  const rpc = async (name: string, args: { token: string }) => {
    asked.push([name, args])
    fail(args.token)
    return { token: args.token, revision: "2-x" }
  }
  const client = { rpc } as unknown as Client
  const results = await carryOut(client, { plan, note: "n", isDeleted, signal, tell: (result) => told.push(result) })
  expect(told).toEqual(results)
  return { asked, done: Object.fromEntries(results.map(({ token, done }) => [token, done])), results }
}

test("only what differs is written, each on the revision that was looked at", async () => {
  const { asked, done } = await run(() => {})
  expect(done).toEqual({ a: "written", b: "written", d: "written", e: "deleted" })
  expect(asked).toEqual([
    ["config.set", { token: "a", config: { token: "a" }, revision: null, note: "n" }],
    ["config.set", { token: "b", config: { token: "b" }, revision: "1-a", note: "n" }],
    ["config.set", { token: "d", config: { token: "d" }, revision: "1-a", note: "n" }],
    ["config.delete", { token: "e", revision: "9-e" }],
  ])
})

test("what somebody has changed is left, and the others go on", async () => {
  const { done, results } = await run((token) => {
    if (token === "b") throw new RPCError("refused", { answer: { error: "at 3-c by bob", code: "conflict" } })
  })
  expect(done).toEqual({ a: "written", b: "conflict", d: "written", e: "deleted" })
  expect(results[1]?.text).toBe("at 3-c by bob")
})

test("any other failure ends it, and tells of each what became of it", async () => {
  const { done, asked } = await run((token) => {
    if (token === "b") throw new TimeoutError("no answer")
  })
  expect(done).toEqual({ a: "written", b: "unknown", d: "not done", e: "not done" })
  expect(asked).toHaveLength(2)
})

test("after a signal nothing more is begun", async () => {
  const controller = new AbortController()
  const { done } = await run(() => controller.abort(new Interrupted("SIGINT")), { signal: controller.signal })
  expect(done).toEqual({ a: "written", b: "not done", d: "not done", e: "not done" })
})

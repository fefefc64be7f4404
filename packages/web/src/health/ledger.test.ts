import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type Detection, findingId } from "./finding.js"
import { Ledger, type LedgerChanges } from "./ledger.js"

const detection = (metric: string, change: Partial<Detection> = {}): Detection => ({
  ...{ kind: "silent", severity: "warning", subject: { metric }, source: "source-a" },
  ...{ message: "no point", remedy: "look", values: {} },
  ...change,
})
const idOf = (metric: string) => findingId("silent", { metric })

/** A ledger, and sweeps of it half a minute apart. */
function sweeps(ledger = new Ledger()) {
  let nowMs = 1_000_000
  const sweep = (found: readonly Detection[], unknown: readonly string[] = []): LedgerChanges => {
    nowMs += 30_000
    return ledger.apply({ detections: found, isUnknown: (id) => unknown.includes(id), nowMs })
  }
  return { ledger, sweep, now: () => nowMs, ids: () => ledger.list(nowMs).map(({ id }) => id) }
}

test("two sweeps open a finding, two resolve it, and it is remembered", () => {
  const { sweep, ids, ledger } = sweeps()
  const a = detection("a")
  expect(sweep([a]).opened).toEqual([])
  expect(sweep([]).opened).toEqual([])
  expect(sweep([a]).opened).toEqual([])
  expect(sweep([a]).opened).toMatchObject([{ id: idOf("a"), state: "open", sinceMs: 1_090_000 }])
  expect(sweep([]).resolved).toEqual([])
  expect(sweep([a]).resolved).toEqual([])
  expect(sweep([]).resolved).toEqual([])
  expect(ids()).toEqual([idOf("a")])
  expect(sweep([]).resolved).toMatchObject([{ id: idOf("a"), resolvedMs: 1_240_000 }])
  expect(ids()).toEqual([])
  expect(ledger.history()).toHaveLength(1)
})

test("a condition that has to last opens when it has", () => {
  const { sweep } = sweeps()
  const a = detection("a", { afterMs: 90_000 })
  expect([1, 2, 3, 4].map(() => sweep([a]).opened.length)).toEqual([0, 0, 0, 1])
})

test("a sweep that cannot tell neither opens nor resolves, but for a day only", () => {
  const { sweep, ids, ledger, now } = sweeps()
  const a = detection("a")
  const unknown = [idOf("a")]
  sweep([a])
  expect(sweep([], unknown).opened).toEqual([])
  expect(sweep([a]).opened).toHaveLength(1)
  for (let i = 0; i < 10; i++) expect(sweep([], unknown).resolved).toEqual([])
  expect(ids()).toEqual(unknown)
  const later = { detections: [], isUnknown: () => true, nowMs: now() + 86_400_000 }
  ledger.apply(later)
  expect(ledger.apply(later).resolved).toHaveLength(1)
})

test("acknowledged until it is resolved; open again when it comes again", () => {
  const { sweep, ledger, now } = sweeps()
  const a = detection("a")
  sweep([a])
  sweep([a])
  const mark = { by: "ann", atMs: now() }
  expect(ledger.acknowledge(idOf("a"), mark, now())).toMatchObject({ state: "acknowledged", mark })
  sweep([a])
  expect(ledger.list(now())).toMatchObject([{ state: "acknowledged" }])
  sweep([])
  expect(sweep([]).resolved).toMatchObject([{ state: "acknowledged", mark: { by: "ann" } }])
  sweep([a])
  expect(sweep([a]).opened).toMatchObject([{ state: "open" }])
  expect(ledger.acknowledge("silent-none", mark, now())).toBeUndefined()
})

test("muted through being resolved, until its time is over; nobody hears of it", () => {
  const { sweep, ledger, now } = sweeps()
  const a = detection("a")
  sweep([a])
  sweep([a])
  ledger.mute(idOf("a"), { by: "ann", atMs: now(), untilMs: now() + 200_000 }, now())
  sweep([])
  expect(sweep([]).resolved).toEqual([])
  sweep([a])
  expect(sweep([a]).opened).toEqual([])
  expect(ledger.list(now())).toMatchObject([{ state: "muted" }])
  for (let i = 0; i < 3; i++) sweep([a])
  expect(ledger.list(now())).toMatchObject([{ state: "open" }])
  ledger.mute(idOf("a"), { by: "ann", atMs: now(), untilMs: null }, now() + 1e12)
  expect(ledger.list(now() + 1e12)).toMatchObject([{ state: "muted" }])
  expect(ledger.reopen(idOf("a"), now())).toMatchObject({ state: "open" })
})

test("who looks after it and what is known can be changed at any time, and goes into the history", () => {
  const { sweep, ledger, now } = sweeps()
  const a = detection("a")
  sweep([a])
  sweep([a])
  expect(ledger.handle(idOf("a"), { assignee: "ben", note: "cable" }, "ann", 7)).toMatchObject({
    ...{ state: "open", handling: { assignee: "ben", note: "cable", by: "ann", atMs: 7 } },
  })
  expect(ledger.handle(idOf("a"), { assignee: null }, "cid", 8)?.handling).toEqual({
    note: "cable",
    by: "cid",
    atMs: 8,
  })
  expect(ledger.handle(idOf("a"), { note: "" }, "cid", 9)?.handling).toBeUndefined()
  ledger.handle(idOf("a"), { assignee: "ben" }, "ann", 10)
  expect(ledger.reopen(idOf("a"), now())?.handling).toMatchObject({ assignee: "ben" })
  sweep([])
  expect(sweep([]).resolved).toMatchObject([{ handling: { assignee: "ben" } }])
  sweep([a])
  expect(sweep([a]).opened[0]?.handling).toBeUndefined()
  expect(ledger.handle("silent-none", { note: "x" }, "ann", 1)).toBeUndefined()
})

test("what is muted keeps who looks after it, even if it goes and comes again", () => {
  const { sweep, ledger, now } = sweeps()
  const a = detection("a")
  sweep([a])
  sweep([a])
  ledger.mute(idOf("a"), { by: "ann", atMs: now(), untilMs: null }, now())
  ledger.handle(idOf("a"), { note: "being rebuilt" }, "ann", now())
  sweep([])
  sweep([])
  const after = new Ledger(undefined, JSON.parse(JSON.stringify(ledger.snapshot())))
  const again = sweeps(after)
  again.sweep([a])
  again.sweep([a])
  expect(after.get(idOf("a"), now())).toMatchObject({ state: "muted", handling: { note: "being rebuilt" } })
})

test("a restart loses nothing", () => {
  const before = sweeps()
  const [a, b] = [detection("a"), detection("b")]
  before.sweep([a, b, detection("c")])
  before.sweep([a, b, detection("c")])
  before.ledger.acknowledge(idOf("a"), { by: "ann", atMs: 5 }, before.now())
  before.ledger.mute(idOf("b"), { by: "ben", atMs: 6, untilMs: null }, before.now())
  before.sweep([a, b])
  before.sweep([a, b])
  const kept = JSON.parse(JSON.stringify(before.ledger.snapshot()))
  const after = new Ledger(undefined, kept)
  expect(after.list(before.now())).toEqual(before.ledger.list(before.now()))
  expect(after.history()).toEqual(before.ledger.history())
  expect(after.snapshot()).toEqual(before.ledger.snapshot())
})

test("there is room for the worst only, and what has none is counted", () => {
  const { sweep, ledger, now } = sweeps(new Ledger({ findings: 2, mutes: 1, history: 1 }))
  const found = [detection("a"), detection("b"), detection("c", { severity: "error" })]
  sweep(found)
  sweep(found)
  expect(ledger.list(now()).map(({ severity }) => severity)).toEqual(["error", "warning"])
  sweep([...found, detection("d")])
  sweep([...found, detection("d")])
  expect(ledger.left).toBeGreaterThan(0)
  sweep([])
  sweep([])
  expect(ledger.history()).toHaveLength(1)
})

describe("whatever is observed", () => {
  const names = ["a", "b", "c"]
  /** For each sweep and metric: whether its condition holds, or nobody knows. */
  const observations = fc.array(fc.tuple(...names.map(() => fc.constantFrom("holds", "fine", "unknown"))), {
    maxLength: 60,
  })

  test("findings do not flap, and the condition of each open one held when it was looked at last or before", () => {
    fc.assert(
      fc.property(observations, (sequence) => {
        const { sweep, ids } = sweeps()
        const told = new Map<string, string[]>(names.map((name) => [name, []]))
        let open = new Set<string>()
        for (const states of sequence) {
          for (const [i, name] of names.entries()) if (states[i] !== "unknown") told.get(name)!.push(states[i]!)
          const holding = names.filter((_, i) => states[i] === "holds")
          const unknown = names.filter((_, i) => states[i] === "unknown").map(idOf)
          const { opened, resolved } = sweep(
            holding.map((name) => detection(name)),
            unknown,
          )
          const now = new Set(ids())
          for (const name of names) {
            const lastTwo = told.get(name)!.slice(-2)
            const id = idOf(name)
            // Opens after two that agree, resolves after two that agree, and stays as it is between.
            if (now.has(id) && !open.has(id)) expect(lastTwo).toEqual(["holds", "holds"])
            if (!now.has(id) && open.has(id)) expect(lastTwo).toEqual(["fine", "fine"])
            if (lastTwo.join() === "holds,holds") expect(now.has(id)).toBe(true)
            if (lastTwo.join() === "fine,fine") expect(now.has(id)).toBe(false)
          }
          expect(new Set(opened.map(({ id }) => id))).toEqual(new Set([...now].filter((id) => !open.has(id))))
          expect(new Set(resolved.map(({ id }) => id))).toEqual(new Set([...open].filter((id) => !now.has(id))))
          open = now
        }
      }),
    )
  })
})

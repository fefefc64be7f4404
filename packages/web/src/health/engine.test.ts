import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { silentLogger } from "@metricq/client"
import { temporaryFolder } from "@metricq/testkit"
import * as fc from "fast-check"
import { describe, expect, type TestContext, test } from "vitest"
import type { HealthEngine } from "./engine.js"
import { SimulatedNetwork } from "./testing/simulated-network.js"

/** Two sources of metrics of very different rates, some of which look odd and are not. */
function ordinary(): SimulatedNetwork {
  const net = new SimulatedNetwork()
  for (let i = 0; i < 40; i++) net.add(`lab.node${i}.power`, "source-a", { rate: [10, 1, 0.1][i % 3]! })
  net.add("lab.hourly", "source-b", { rate: 1 / 3600 })
  net.add("lab.limit", "source-b", { description: "power limit" }, () => 250.5)
  net.add("lab.off", "source-b", {}, () => 0)
  net.add("lab.total", "source-b", { unit: "B" }, () => 64e9)
  net.add("lab.chunked", "source-b", { rate: 100, chunkSize: 1000 })
  return net
}

/** Sweeps half a minute apart, or as given. */
async function sweeps(net: SimulatedNetwork, engine: HealthEngine, count: number, periodS = 30): Promise<void> {
  for (let i = 0; i < count; i++) {
    net.pass(periodS)
    await engine.sweep()
  }
}

async function started(t: TestContext, net: SimulatedNetwork, folder?: string): Promise<HealthEngine> {
  const engine = net.engine(folder)
  t.onTestFinished(() => engine.stop())
  await engine.start()
  return engine
}
const told = (engine: HealthEngine) =>
  engine.list().map(({ kind, subject, state }) => [kind, Object.values(subject)[0], state])

test("a healthy network has no findings, not in a day", async (t) => {
  const net = ordinary()
  const engine = await started(t, net)
  await sweeps(net, engine, 120)
  await sweeps(net, engine, 24 * 12, 300)
  expect(told(engine)).toEqual([])
  expect(net.changes.flatMap(({ opened }) => opened)).toEqual([])
})

test("a source that was killed is one finding, which goes when it returns", async (t) => {
  const net = ordinary()
  const engine = await started(t, net)
  await sweeps(net, engine, 3)
  net.setUp("source-a", false)
  await sweeps(net, engine, 10)
  expect(told(engine)).toEqual([["gone", "source-a", "open"]])
  expect(engine.list()[0]).toMatchObject({ metrics: 40, severity: "error" })
  net.setUp("source-a", true)
  await sweeps(net, engine, 3)
  expect(told(engine)).toEqual([])
  expect(engine.ledger.history()).toMatchObject([{ kind: "gone" }])
})

test("a sensor that stands still for six hours is stuck", async (t) => {
  const net = ordinary()
  let value = 231.5
  net.add("lab.stuck", "source-b", {}, () => value)
  const engine = await started(t, net)
  await sweeps(net, engine, 6 * 12 - 3, 300)
  expect(told(engine)).toEqual([])
  await sweeps(net, engine, 5, 300)
  expect(told(engine)).toEqual([["stuck", "lab.stuck", "open"]])
  value = 232
  await sweeps(net, engine, 3)
  expect(told(engine)).toEqual([])
})

test("while the database is away or catching up, nothing is said of metrics", async (t) => {
  const net = ordinary()
  const engine = await started(t, net)
  await sweeps(net, engine, 3)
  net.isDatabaseUp = false
  await sweeps(net, engine, 10)
  expect(told(engine)).toEqual([["database-away", "db-a", "open"]])
  net.setUp("source-a", false)
  net.restartDatabase()
  net.waiting = 2000
  await sweeps(net, engine, 5)
  expect(told(engine)).toEqual([])
  net.waiting = 0
  await sweeps(net, engine, 10)
  expect(told(engine)).toEqual([["gone", "source-a", "open"]])
})

test("a network that was off for a night is not full of findings in the morning", async (t) => {
  const net = ordinary()
  const engine = await started(t, net)
  await sweeps(net, engine, 3)
  for (const source of ["source-a", "source-b"]) net.setUp(source, false)
  net.nowMs += 8 * 3_600_000
  net.restartDatabase()
  await engine.sweep()
  await engine.sweep()
  for (const source of ["source-a", "source-b"]) net.setUp(source, true)
  await sweeps(net, engine, 5)
  expect(net.changes.flatMap(({ opened }) => opened)).toEqual([])
})

test("what is out of reach is told, and changes no finding", async (t) => {
  const net = ordinary()
  net.trouble = "it is not connected yet"
  const engine = await started(t, net)
  await engine.sweep()
  expect(engine.status).toMatchObject({ trouble: "the network is out of reach: it is not connected yet" })
})

describe("what is kept", () => {
  test("findings, what was said of them, and settings survive a restart", async (t) => {
    const folder = await temporaryFolder(t, "health")
    const net = ordinary()
    const before = await started(t, net, folder)
    await before.changeSettings({ thresholds: { silentMinS: 120 }, ignore: ["lab.test.**"] })
    await sweeps(net, before, 3)
    net.setUp("source-a", false)
    await sweeps(net, before, 10)
    const { id } = before.list()[0]!
    await before.mark(id, "acknowledge", { by: "ann" })
    await before.handle(id, { assignee: "ben", note: "new disk on Monday" }, "ann")
    await before.stop()
    const after = await started(t, net, folder)
    expect(after.list()).toEqual(before.list())
    expect(after.settings).toEqual(before.settings)
    await sweeps(net, after, 2)
    expect(told(after)).toEqual([["gone", "source-a", "acknowledged"]])
    net.setUp("source-a", true)
    await sweeps(net, after, 3)
    const last = await started(t, net, folder)
    expect(last.list()).toEqual([])
    expect(last.ledger.history()).toMatchObject([
      { id, mark: { by: "ann" }, handling: { by: "ann", assignee: "ben", note: "new disk on Monday" } },
    ])
  })

  test("a damaged file is put aside, and it begins anew", async (t) => {
    const folder = await temporaryFolder(t, "health")
    writeFileSync(join(folder, "health.json"), '{"version": 1, "findings": [')
    writeFileSync(join(folder, "health-settings.json"), '{"thresholds": {"nanS": "x"}}')
    const engine = await started(t, ordinary(), folder)
    expect(engine.list()).toEqual([])
    expect(readFileSync(join(folder, "health.json.damaged"), "utf8")).toMatch(/findings/)
  })

  test("what a file says that is no finding is left out", async (t) => {
    const folder = await temporaryFolder(t, "health")
    const finding = {
      ...{ id: "silent-1", kind: "silent", severity: "warning", subject: { metric: "lab.a" }, message: "no point" },
      ...{ remedy: "look", values: {}, sinceMs: 1, lastSeenMs: 2 },
    }
    const findings = [finding, { ...finding, kind: "other" }, { ...finding, subject: null }, 5]
    writeFileSync(join(folder, "health.json"), JSON.stringify({ version: 1, findings, mutes: [[], 5], history: {} }))
    const engine = await started(t, ordinary(), folder)
    expect(engine.list().map(({ id }) => id)).toEqual(["silent-1"])
  })
})

test("whatever comes and goes, findings do not flap, and there is none without its reason", async () => {
  const event = fc.constantFrom("pass", "pass", "a down", "a up", "b down", "b up", "db away", "db back")
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 80 }), async (events) => {
      const net = ordinary()
      const engine = net.engine(undefined, { logger: silentLogger })
      const downSince = new Map<string, number>()
      const lastChange = new Map<string, number>()
      let awaySince: number | undefined
      for (const [i, what] of events.entries()) {
        const source = what.startsWith("a") ? "source-a" : "source-b"
        if (what.endsWith("down")) downSince.set(source, downSince.get(source) ?? net.nowMs)
        if (what.endsWith("down")) net.setUp(source, false)
        if (what.endsWith("up")) net.setUp(source, true)
        if (what.endsWith("up")) downSince.delete(source)
        if (what === "db away") awaySince ??= net.nowMs
        if (what === "db away") net.isDatabaseUp = false
        if (what === "db back" && awaySince !== undefined) net.restartDatabase()
        if (what === "db back") awaySince = undefined
        net.pass(30)
        const before = net.changes.length
        await engine.sweep()
        for (const { opened, resolved } of net.changes.slice(before)) {
          for (const { id } of [...opened, ...resolved]) {
            expect(i - (lastChange.get(id) ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(2)
            lastChange.set(id, i)
          }
          for (const { kind, subject } of opened) {
            const name = String(Object.values(subject)[0])
            if (kind === "gone") expect(net.nowMs - (downSince.get(name) ?? net.nowMs)).toBeGreaterThanOrEqual(60_000)
            else if (kind === "database-away") expect(net.nowMs - awaySince!).toBeGreaterThanOrEqual(60_000)
            else expect({ kind, name }).toBe("nothing else can be")
          }
        }
      }
      await engine.stop()
    }),
    { numRuns: 60 },
  )
})

import { setTimeout as sleep } from "node:timers/promises"
import type { HistoryClient } from "@metricq/client"
import { describeOnBrokers, startNetwork, type TestNetwork, temporaryFolder } from "@metricq/testkit"
import { describe, expect, type TestContext, test } from "vitest"
import { checkAggregates, readPlan, readPoints } from "./history-check.js"
import { kills, printLoss } from "./kills.js"
import { type FoundStream, METRICS, type Positions, planName, pointsOf } from "./load-plan.js"
import { MetricqProcess } from "./metricq-process.js"
import { NetworkLoad, PLAN_RATE } from "./network-load.js"
import { UpNetwork } from "./up-network.js"

const HOUR_MS = 3_600_000
const LONGEST_START_MS = 5000
const DRAIN_TIMEOUT_MS = 60_000
/** Ten intervals of the declared rate: so long a value holds where nothing else is configured. */
const MAX_GAP_NS = (10n * 1_000_000_000n) / BigInt(PLAN_RATE)
const TOKEN = "db-crash"

/** A database as a process of its own, which can be killed and started again in the same folder. */
class DatabaseProcess {
  readonly #t: TestContext
  readonly #args: string[]
  readonly #cwd: string
  #process: MetricqProcess | undefined

  constructor(t: TestContext, net: TestNetwork, cwd: string) {
    this.#t = t
    this.#cwd = cwd
    this.#args = ["database", "--server", net.url, "--token", TOKEN, "--folder", "data"]
  }

  /** Starts it, and resolves with the milliseconds until it was ready. */
  async start(): Promise<number> {
    const began = performance.now()
    this.#process = MetricqProcess.start(this.#t, this.#args, { cwd: this.#cwd })
    await this.#process.line(/^ready/)
    return performance.now() - began
  }

  async kill(): Promise<void> {
    await this.#process?.kill()
  }
}

/** How many of these points are not there. */
function lossOf(confirmed: Positions, found: FoundStream[][]): number {
  let lost = 0
  for (const [metric, streams] of confirmed.entries()) {
    for (const [stream, count] of streams.entries()) {
      const { end, missing } = found[metric]![stream]!
      lost += missing + Math.max(0, count - end)
    }
  }
  return lost
}

function storedIn(found: FoundStream[][]): number {
  return found.flat().reduce((sum, { end, missing }) => sum + end - missing, 0)
}

/** Everything in the database, once the end of every stream has come out of its queue; its aggregates are checked then. */
async function readAll(history: HistoryClient, confirmed: Positions, maxGapNs?: bigint): Promise<FoundStream[][]> {
  const deadline = Date.now() + DRAIN_TIMEOUT_MS
  for (;;) {
    const found = await readPlan(history)
    const drained = found.every((streams, metric) =>
      streams.every(({ end }, stream) => end >= confirmed[metric]![stream]!),
    )
    if (drained) {
      await checkAggregates(history, maxGapNs)
      return found
    }
    if (Date.now() > deadline)
      throw new Error(`stored ${storedIn(found)} points of ${pointsOf(confirmed)}, and no more come`)
    await sleep(300)
  }
}

describeOnBrokers("kill -9 of the database under load", (kind) => {
  test("everything that the broker confirmed is stored, once, and it starts by itself", {
    timeout: HOUR_MS,
  }, async (t) => {
    const net = await startNetwork(t, { kind })
    await net.configure(TOKEN, { patterns: [{ pattern: "load.**", maxGap: "forever", interval_min: "1s" }] })
    const database = new DatabaseProcess(t, net, await temporaryFolder(t, "database"))
    await database.start()
    const load = await NetworkLoad.start(net)
    const crashes = kills(4)
    let slowestMs = 0
    for (let crash = 0; crash < crashes; crash++) {
      await sleep(20 + ((crash * 7919) % 600))
      await database.kill()
      slowestMs = Math.max(slowestMs, await database.start())
    }
    await load.stop()
    const history = await net.history("history-crash")
    const found = await readAll(history, load.confirmed)
    const lost = lossOf(load.confirmed, found)
    printLoss({ crashes, acknowledged: pointsOf(load.confirmed), stored: storedIn(found), lost, slowestMs })
    expect(lost).toBe(0)
    expect(storedIn(found)).toBe(pointsOf(load.confirmed))
    expect(slowestMs).toBeLessThan(LONGEST_START_MS)
  })
})

describe("kill -9 of metricq up under load", () => {
  test("what could be read before is there afterwards, and it starts by itself", { timeout: HOUR_MS }, async (t) => {
    const net = await UpNetwork.start(t)
    const load = await NetworkLoad.start(net)
    const history = await net.history("history-crash")
    const crashes = kills(4)
    let slowestMs = 0
    for (let crash = 0; crash < crashes; crash++) {
      await sleep(20 + ((crash * 7919) % 600))
      const metric = crash % METRICS
      const before = await readPoints(history, planName(metric)).catch(() => [])
      const began = performance.now()
      await net.crashAndRestart()
      slowestMs = Math.max(slowestMs, performance.now() - began)
      if (before.length === 0) continue
      const after = new Map((await readPoints(history, planName(metric))).map(({ timeNs, value }) => [timeNs, value]))
      expect(before.filter(({ timeNs, value }) => !Object.is(after.get(timeNs), value))).toEqual([])
    }
    await load.untilAllGrow()
    await load.stop()
    const found = await readAll(history, load.confirmed, MAX_GAP_NS)
    const lost = lossOf(load.confirmed, found) // was in the memory of the broker when it was killed
    printLoss({ crashes, acknowledged: pointsOf(load.confirmed), stored: storedIn(found), lost, slowestMs })
    expect(slowestMs).toBeLessThan(LONGEST_START_MS)
  })
})

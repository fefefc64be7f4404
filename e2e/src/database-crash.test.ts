import { setTimeout as sleep } from "node:timers/promises"
import { describeOnBrokers, startNetwork, temporaryFolder } from "@metricq/testkit"
import { describe, expect, test } from "vitest"
import { DatabaseUnderTest } from "./database-under-test.js"
import { lossOf, readAll, readPoints, storedIn } from "./history-check.js"
import { kills, printLoss } from "./kills.js"
import { METRICS, planName, pointsOf } from "./load-plan.js"
import { NetworkLoad, PLAN_RATE } from "./network-load.js"
import { UpNetwork } from "./up-network.js"

const HOUR_MS = 3_600_000
const LONGEST_START_MS = 5000
/** Ten intervals of the declared rate: so long a value holds where nothing else is configured. */
const MAX_GAP_NS = (10n * 1_000_000_000n) / BigInt(PLAN_RATE)

describeOnBrokers("kill -9 of the database under load", (kind) => {
  test("everything that the broker confirmed is stored, once, and it starts by itself", {
    timeout: HOUR_MS,
  }, async (t) => {
    const net = await startNetwork(t, { kind })
    await DatabaseUnderTest.configure(net)
    const database = new DatabaseUnderTest(t, net, await temporaryFolder(t, "database"))
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
    const crashes = Math.ceil(kills(30) / 10) // after each one all agents have to find the network again
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

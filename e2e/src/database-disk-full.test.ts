import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { HistoryClient, JsonObject } from "@metricq/client"
import { startNetwork, temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { DATABASE_TOKEN, DatabaseUnderTest } from "./database-under-test.js"
import { lossOf, readAll } from "./history-check.js"
import { planName } from "./load-plan.js"
import { NetworkLoad } from "./network-load.js"
import { describeOnSmallDisk, SmallDisk } from "./small-disk.js"

const MB = 1 << 20
const POLL = { timeout: 30_000, interval: 100 }

interface Status extends JsonObject {
  trouble: string[]
  waiting: { messages: number }
}

async function statusOf(history: HistoryClient): Promise<Status> {
  return (await history.rpcTo(DATABASE_TOKEN, "database.status")) as Status
}

/** Resolves when it has been in trouble for a second: what it writes to segments makes space at first. */
async function untilStuck(history: HistoryClient): Promise<void> {
  for (let looks = 0; looks < 10; await sleep(100)) {
    const { trouble } = await statusOf(history)
    looks = /disk|space/i.test(trouble.join()) ? looks + 1 : 0
  }
}

describeOnSmallDisk("a database on a disk that is full", () => {
  test("tells it, answers, keeps what comes in its queue, and stores it when there is space", {
    timeout: 180_000,
  }, async (t) => {
    const net = await startNetwork(t, { kind: "embedded" })
    const disk = await SmallDisk.mount(t, "size=64m")
    disk.fill(62 * MB)
    await DatabaseUnderTest.configure(net)
    const database = new DatabaseUnderTest(t, net, await temporaryFolder(t, "database"), join(disk.folder, "points"))
    await database.start()
    const history = await net.history("history-disk")
    const load = await NetworkLoad.start(net, 1)
    await untilStuck(history)
    await load.stop()
    const stored = await history.historyLastValue(planName(0))
    expect(stored).toBeDefined()
    const status = await statusOf(history)
    expect(status.waiting.messages).toBeGreaterThan(0)
    expect(status.trouble.join()).toMatch(/disk|space/i)

    disk.free()
    const found = await readAll(history, load.confirmed)
    expect(lossOf(load.confirmed, found)).toBe(0)
    await expect.poll(async () => (await statusOf(history)).trouble, POLL).toEqual([])
    await database.kill()
    await database.start()
    expect(lossOf(load.confirmed, await readAll(history, load.confirmed))).toBe(0)
  })
})

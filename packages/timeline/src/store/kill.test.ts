import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "@metricq/testkit"
import { expect, test } from "vitest"
import { seededRandom } from "../testing/random.js"
import { Timeline } from "../timeline.js"

const CHILD = fileURLToPath(new URL("../testing/kill-child.js", import.meta.url))

/** How often the process is killed; the issue of two hundred takes a few minutes. */
const KILLS = Number(process.env.METRICQ_TEST_KILLS ?? 6)
const ROUNDS_OF_A_STORE = 20

test(
  `a process killed ${KILLS} times under load leaves a store that opens by itself and has all that was acknowledged`,
  async (t) => {
    const random = seededRandom(KILLS)
    for (let round = 0; round < KILLS; ) {
      const folder = await temporaryFolder(t)
      const acknowledged = new Map<string, number>()
      // A store that becomes larger and larger only makes the check take longer.
      for (const end = round + ROUNDS_OF_A_STORE; round < end && round < KILLS; round++) {
        await runAndKill(folder, Math.floor(random() * 60), acknowledged)
        await check(folder, acknowledged)
      }
      expect(acknowledged.size).toBe(3)
    }
  },
  30_000 + KILLS * 5000,
)

/** Has a process append, and kills it after so many acknowledged appends. */
async function runAndKill(folder: string, after: number, acknowledged: Map<string, number>): Promise<void> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ["ignore", "pipe", "inherit"] })
  const gone = once(child, "close")
  let lines = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [metric, next] = line.split(" ")
    if (next !== undefined) acknowledged.set(metric!, Number(next))
    if (lines++ >= after) child.kill("SIGKILL")
  }
  await gone
  expect(lines).toBeGreaterThan(after)
}

async function check(folder: string, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  await using timeline = await Timeline.open(folder)
  expect(timeline.status().damage).toEqual([])
  for (const [metric, next] of acknowledged) {
    const { times, values } = await timeline.raw(metric, 0n, 2n ** 62n)
    const found = new Set(values)
    const missing = Array.from({ length: next }, (_, i) => i).filter((i) => !found.has(i))
    expect(missing, metric).toEqual([])
    const wrong = [...times].filter((ns, i) => ns !== BigInt(values[i]! + 1) * 1_000_000n)
    expect(wrong, metric).toEqual([])
    const { count, sum } = await timeline.aggregate(metric, 0n, 2n ** 62n)
    expect([count, sum]).toEqual([values.length, values.reduce((a, b) => a + b, 0)])
  }
}

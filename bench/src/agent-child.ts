import { setTimeout as delay } from "node:timers/promises"
import { createAgent, findKind } from "@metricq/agents"
import { type Source, silentLogger } from "@metricq/client"

/**
 * An agent for the benches in a process of its own, started with its kind, which is also its token, the URL of a broker and a number of
 * seconds: tells what it took in that time, after it has settled, and ends with the parent process.
 */
const [kind = "", url = "", seconds = "10"] = process.argv.slice(2)
/** Until the rounds are in step and the code is warm. */
const SETTLE_MS = 3000

const agent = createAgent(await findKind(kind), { token: kind, url, logger: silentLogger })
const source = agent as unknown as Source & { skippedRounds: number }
let values = 0
const send = source.send.bind(source)
source.send = (metric, time, value) => {
  if (!Number.isNaN(value)) values += 1
  return send(metric, time, value)
}
process.on("disconnect", () => process.exit())
await source.connect()
await delay(SETTLE_MS)
const [valuesBefore, missedBefore] = [values, source.skippedRounds]
const [cpuBefore, began] = [process.cpuUsage(), performance.now()]
await delay(Number(seconds) * 1000)
const took = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpuBefore)
process.send?.({
  perSecond: (values - valuesBefore) / took,
  cpu: (user + system) / 1e6 / took,
  rss: process.memoryUsage().rss,
  missedAMinute: ((source.skippedRounds - missedBefore) * 60) / took,
})
await source.stop()

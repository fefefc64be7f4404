import { setTimeout as delay } from "node:timers/promises"
import { createAgent, findKind } from "@metricq/agents"
import { type Source, silentLogger } from "@metricq/client"

/**
 * A source-bacnet for the bench, in a process of its own. Started with the URL of a broker and a number of seconds; says what it took
 * in that time, after it has settled.
 */
const [url = "", seconds = "10"] = process.argv.slice(2)
const SETTLE_MS = 3000

const agent = createAgent(await findKind("source-bacnet"), { token: "source-bacnet", url, logger: silentLogger })
const source = agent as unknown as Source & { skippedRounds: number }
let values = 0
const send = source.send.bind(source)
source.send = (metric, time, value) => {
  values += 1
  return send(metric, time, value)
}
process.on("disconnect", () => process.exit())
await source.connect()
await delay(SETTLE_MS)
const [valuesBefore, missedBefore, cpuBefore, begun] = [
  values,
  source.skippedRounds,
  process.cpuUsage(),
  performance.now(),
]
await delay(Number(seconds) * 1000)
const took = (performance.now() - begun) / 1000
const { user, system } = process.cpuUsage(cpuBefore)
process.send?.({
  perSecond: (values - valuesBefore) / took,
  cpu: (user + system) / 1e6 / took,
  rss: process.memoryUsage().rss,
  missedAMinute: ((source.skippedRounds - missedBefore) * 60) / took,
})
await source.stop()

import { setTimeout as delay } from "node:timers/promises"
import { createAgent, findKind } from "@metricq/agents"
import { type Source, silentLogger } from "@metricq/client"

/** source-snmp as a process of its own; started with the URL and the seconds to measure. Tells what it needed, and ends with the parent process. */
const [url = "", secondsText = "20"] = process.argv.slice(2)
/** Until the rounds are in step and the code is warm. */
const WARM_UP_MS = 3000

const agent = createAgent(await findKind("source-snmp"), { token: "source-snmp", url, logger: silentLogger })
const source = agent as unknown as Source & { skippedRounds: number }
let points = 0
const send = source.send.bind(source)
source.send = (metric, time, value) => {
  if (!Number.isNaN(value)) points += 1
  return send(metric, time, value)
}
process.on("disconnect", () => process.exit())
await source.connect()
await delay(WARM_UP_MS)
const [before, missed, cpu, began] = [points, source.skippedRounds, process.cpuUsage(), performance.now()]
await delay(Number(secondsText) * 1000)
const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
process.send?.({
  perSecond: (points - before) / seconds,
  cpu: (user + system) / 1e6 / seconds,
  rss: process.memoryUsage().rss,
  missedAMinute: ((source.skippedRounds - missed) / seconds) * 60,
})

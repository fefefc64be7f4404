import { createAgent, findKind } from "@metricq/agents"
import { Sink, silentLogger } from "@metricq/client"
import { Scope, startNetwork } from "@metricq/testkit"
import type { SysinfoPoints } from "./sysinfo-recording.js"

/** Records what source-sysinfo measures of this machine at 10 Hz, over a network of its own, until told to send it to the parent; ends with it. */
const PREFIX = "recorded"

class Recorder extends Sink {
  readonly points: SysinfoPoints = new Map()

  override onChunk(metric: string, { times, values }: { times: BigInt64Array; values: Float64Array }): void {
    const columns = this.points.get(metric) ?? { times: [], values: [] }
    this.points.set(metric, columns)
    columns.times.push(...times)
    columns.values.push(...values)
  }
}

const scope = new Scope()
const net = await startNetwork(scope, { kind: "embedded" })
const recorder = await net.connect(new Recorder(net.clientOptions("sink-recorder")))
await recorder.subscribe([`${PREFIX}.#`])
await net.configure("source-sysinfo", { rate: 10, prefix: PREFIX })
const agent = createAgent(await findKind("source-sysinfo"), {
  token: "source-sysinfo",
  url: net.url,
  logger: silentLogger,
})
await net.connect(agent)
process.on("disconnect", async () => {
  await scope.close()
  process.exit()
})
process.once("message", () => process.send?.(recorder.points))

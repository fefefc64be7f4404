import { type JsonObject, silentLogger } from "@metricq/client"
import { onTestEnd, startNetwork, type TestNetwork, type TestScope, type TestSink } from "@metricq/testkit"
import { createAgent } from "../kit/create-agent.js"
import type { AgentKind, ConfiguredClient } from "../kit/kind.js"

/** An agent of a kind in a network of its own; both end with the test. */
export class SourceUnderTest {
  readonly net: TestNetwork
  readonly agent: ConfiguredClient<unknown>
  readonly warnings: string[]
  readonly #sink: TestSink

  private constructor(net: TestNetwork, agent: ConfiguredClient<unknown>, sink: TestSink, warnings: string[]) {
    this.net = net
    this.agent = agent
    this.#sink = sink
    this.warnings = warnings
  }

  /** Its token is the name of the kind. `metrics` are those that the test wants to see. */
  static async start(
    t: TestScope,
    kind: AgentKind<never>,
    config: object,
    { metrics, broker }: { metrics: readonly string[]; broker?: Parameters<typeof startNetwork>[1] },
  ): Promise<SourceUnderTest> {
    const net = await startNetwork(t, broker)
    await net.configure(kind.name, config as JsonObject)
    const sink = await net.sink("sink-test", [...metrics])
    const warnings: string[] = []
    const logger = { ...silentLogger, warn: (line: string) => warnings.push(line) }
    const agent = createAgent(kind as AgentKind, { token: kind.name, url: net.url, logger })
    onTestEnd(t, () => agent.stop())
    await agent.connect()
    return new SourceUnderTest(net, agent, sink, warnings)
  }

  /** The next point of a metric; those of others before it are passed over. */
  async next(metric: string): Promise<{ time: bigint; value: number }> {
    for (;;) {
      const [name, time, value] = await this.#sink.next()
      if (name === metric) return { time: time.posixNs, value }
    }
  }

  /** The next value of a metric for which `isWanted`. */
  async nextValue(metric: string, isWanted: (value: number) => boolean = () => true): Promise<number> {
    for (;;) {
      const { value } = await this.next(metric)
      if (isWanted(value)) return value
    }
  }

  /** Apply a configuration; rejects with the agent's refusal. */
  async configure(config: object): Promise<void> {
    const client = await this.net.adminClient()
    await client.rpcTo(this.agent.token, "config", config as JsonObject)
  }

  /** What the agent answers when it is asked who it is. */
  async discover(): Promise<JsonObject> {
    const client = await this.net.adminClient()
    return client.rpcTo(this.agent.token, "discover")
  }

  /** Metadata of a metric. */
  async metadata(metric: string) {
    const client = await this.net.adminClient()
    return (await client.getMetrics({ prefix: metric }))[metric]
  }
}

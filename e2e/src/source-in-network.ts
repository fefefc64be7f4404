import { type Client, HistoryClient, type JsonObject, silentLogger, Timestamp } from "@metricq/client"
import type { TestScope, TestSink } from "@metricq/testkit"
import { MetricqProcess } from "./metricq-process.js"
import { UpNetwork } from "./up-network.js"

export interface SourceInNetworkOptions {
  /** Metrics that the test wants to see. */
  readonly metrics: readonly string[]
  /** Further arguments of `metricq agent`. */
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
}

/** A source of ours as its operator runs it: `metricq agent KIND` in a network that `metricq up` runs, which stores everything. */
export class SourceInNetwork {
  readonly net: UpNetwork
  readonly agent: MetricqProcess
  readonly #kind: string
  readonly #sink: TestSink
  readonly #client: Client
  readonly #history: HistoryClient

  private constructor(
    net: UpNetwork,
    kind: string,
    agent: MetricqProcess,
    clients: { sink: TestSink; client: Client; history: HistoryClient },
  ) {
    this.net = net
    this.agent = agent
    this.#kind = kind
    this.#sink = clients.sink
    this.#client = clients.client
    this.#history = clients.history
  }

  /** Stores the configuration and starts the agent; its token is its kind. Everything ends with the test. */
  static async start(
    t: TestScope,
    kind: string,
    config: JsonObject,
    { metrics, args = [], env = {} }: SourceInNetworkOptions,
  ): Promise<SourceInNetwork> {
    const net = await UpNetwork.start(t)
    await net.configure(kind, config)
    const sink = await net.sink("sink-test", [...metrics])
    const client = await net.client("client-test")
    const history = await net.connect(new HistoryClient({ token: "history-test", url: net.url, logger: silentLogger }))
    const words = ["agent", kind, "--server", net.url, ...args]
    const agent = MetricqProcess.start(t, words, { cwd: net.folder, env })
    await agent.line(/^ready/)
    return new SourceInNetwork(net, kind, agent, { sink, client, history })
  }

  /** What `metricq agent KIND --discover` prints, as JSON. */
  static async discover(
    t: TestScope,
    kind: string,
    words: readonly string[],
    { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
  ): Promise<JsonObject> {
    const { code, stdout, stderr } = await MetricqProcess.run(t, ["agent", kind, "--discover", ...words], { cwd, env })
    if (code !== 0) throw new Error(`the discovery of ${kind} ended with code ${code}: ${stderr}`)
    return JSON.parse(stdout)
  }

  /** The next live value of a metric for which `isWanted`; those of others before it are passed over. */
  async next(metric: string, isWanted: (value: number) => boolean = () => true): Promise<number> {
    for (;;) {
      const [name, , value] = await this.#sink.next()
      if (name === metric && isWanted(value)) return value
    }
  }

  /** Values of a metric in the database, of the last hour. */
  async stored(metric: string): Promise<number[]> {
    return (await this.storedPoints(metric)).map(({ value }) => value)
  }

  /** Points of a metric in the database, of the last hour; times in ns. */
  async storedPoints(metric: string): Promise<{ time: bigint; value: number }[]> {
    const end = Timestamp.now()
    const start = Timestamp.fromNs(end.posixNs - 3_600_000_000_000n)
    try {
      const { times, values } = await this.#history.historyRawTimeline(metric, { start, end })
      return [...times].map((time, i) => ({ time, value: values[i] ?? Number.NaN }))
    } catch {
      return []
    }
  }

  /** Metadata of the metrics whose names begin like this. */
  async metadata(prefix: string) {
    return this.#client.getMetrics({ prefix })
  }

  /** What the agent tells of its targets that fail. */
  async failing(): Promise<{ name: string; error: string }[]> {
    const { failingTargets } = await this.#client.rpcTo(this.#kind, "discover")
    return failingTargets as { name: string; error: string }[]
  }
}

import {
  Client,
  type ClientOptions,
  type DbOptions,
  type DurationLike,
  HistoryClient,
  type HistoryClientOptions,
  type JsonObject,
  type Logger,
  type SinkOptions,
  type SourceOptions,
  type StoredMetric,
  silentLogger,
} from "@metricq/client"
import { TestCombinator, type TestCombinatorConfig } from "./test-combinator.js"
import { TestDb } from "./test-db.js"
import { onTestEnd, type TestScope } from "./test-scope.js"
import { TestSink } from "./test-sink.js"
import { TestSource, type TestSourceConfig } from "./test-source.js"

/** How to subscribe a test's sink; see `Sink.subscribe`. */
export interface TestSinkOptions extends Partial<SinkOptions> {
  expires?: DurationLike
  keep?: DurationLike
}

/**
 * A network, wherever it runs, and the agents that a test makes in it; they are stopped when the test ends.
 *
 * `startNetwork()` makes one with a broker and a manager of its own; derive from this class to test in another one.
 */
export abstract class NetworkUnderTest {
  readonly #t: TestScope
  readonly #logger: Logger

  constructor(t: TestScope, logger: Logger = silentLogger) {
    this.#t = t
    this.#logger = logger
  }

  /** Where agents connect to; it may hold a user and a password. */
  abstract readonly url: string

  /** Writes the configuration of a client, as an administrator does; it is not sent to the client. */
  abstract configure(token: string, config: JsonObject): Promise<void>

  /** A connected client without any role. */
  client(token: string, options: Partial<ClientOptions> = {}): Promise<Client> {
    return this.connect(new Client(this.clientOptions(token, options)))
  }

  /** Writes a configuration and starts a source with it. */
  async source(token: string, config: TestSourceConfig, options: Partial<SourceOptions> = {}): Promise<TestSource> {
    await this.configure(token, { ...config })
    return this.connect(new TestSource(this.clientOptions(token, options)))
  }

  /** Writes a configuration and starts a combinator with it. */
  async combinator(token: string, metrics: TestCombinatorConfig["metrics"]): Promise<TestCombinator> {
    await this.configure(token, { metrics } as unknown as JsonObject)
    return this.connect(new TestCombinator(this.clientOptions(token)))
  }

  /** Starts a sink that has subscribed to `metrics`. */
  async sink(token: string, metrics: string[], options: TestSinkOptions = {}): Promise<TestSink> {
    const { expires, keep, ...rest } = options
    const sink = await this.connect(new TestSink(this.clientOptions(token, rest)))
    await sink.subscribe(metrics, { expires, keep })
    return sink
  }

  /** Writes a configuration and starts a database in memory with it. */
  async database(token: string, metrics: StoredMetric[], options: Partial<DbOptions> = {}): Promise<TestDb> {
    await this.configure(token, { metrics })
    return this.connect(new TestDb(this.clientOptions(token, options)))
  }

  /** A connected client that asks databases. */
  history(token: string, options: Partial<HistoryClientOptions> = {}): Promise<HistoryClient> {
    return this.connect(new HistoryClient(this.clientOptions(token, options)))
  }

  /** Options for a client of your own in this network; `more` goes before what the network would choose. */
  clientOptions<More extends Partial<ClientOptions>>(token: string, more?: More): ClientOptions & More {
    return { token, url: this.url, logger: this.#logger, ...(more as More) }
  }

  /** Connects a client of your own and stops it when the test ends. */
  async connect<C extends Client>(client: C): Promise<C> {
    onTestEnd(this.#t, () => client.stop())
    await client.connect()
    return client
  }
}

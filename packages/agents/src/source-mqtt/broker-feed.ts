import { FailureLog, type JsonObject, type Logger, MetricqError } from "@metricq/client"
import { TargetState } from "../kit/polling/target-state.js"
import type { ArrivingMetrics } from "../kit/push/arriving-metrics.js"
import type { Feed } from "../kit/push/feed.js"
import { keepOpen } from "../kit/push/keep-open.js"
import type { BrokerConfig } from "./config.js"
import { mqttSession, notAllowed } from "./mqtt-session.js"
import { Payload } from "./payload.js"
import { Subscription } from "./subscription.js"

/** Topics whose subscriptions are remembered, and the longest one. */
const MAX_TOPICS = 20_000
const MAX_TOPIC_LENGTH = 500

/** What brokers share. */
export interface BrokerContext {
  readonly token: string
  readonly logger: Logger
  readonly metrics: ArrivingMetrics
}

/** The messages of one broker. */
export class BrokerFeed implements Feed {
  readonly key: string
  readonly state: TargetState
  readonly #config: BrokerConfig
  readonly #clientId: string
  readonly #subscriptions: readonly Subscription[]
  readonly #failures: FailureLog
  readonly #byTopic = new Map<string, { levels: readonly string[]; subscriptions: readonly Subscription[] }>()
  #messages = 0
  #unreadable = 0
  /** Filters that the broker does not allow. */
  #refused: readonly string[] = []

  constructor(name: string, config: BrokerConfig, { token, logger, metrics }: BrokerContext) {
    this.key = JSON.stringify([name, config])
    this.state = new TargetState(name)
    this.#config = config
    this.#clientId = config.client_id ?? `metricq-${token}-${name}`
    this.#subscriptions = config.subscriptions.map((subscription) => new Subscription(subscription, metrics, this.key))
    this.#failures = new FailureLog(logger)
  }

  async run(signal: AbortSignal): Promise<void> {
    const topics = this.#subscriptions.map(({ config: { topic, qos = this.#config.qos } }) => ({ topic, qos }))
    const { state } = this
    await keepOpen({
      state,
      failures: this.#failures,
      signal,
      session: (signal, opened) =>
        mqttSession({
          config: this.#config,
          clientId: this.#clientId,
          topics,
          signal,
          onOpen: (refused) => {
            opened()
            this.#refused = refused
            if (refused.length > 0) this.#tell(new MetricqError("mqtt", notAllowed(refused)))
          },
          onMessage: (topic, payload, isRetained) => this.#take(topic, payload, isRetained),
        }),
    })
  }

  details(): JsonObject {
    const { lastError = null } = this.state
    const refused = [...this.#refused]
    return { messages: this.#messages, unreadable: this.#unreadable, refused, lastProblem: lastError }
  }

  /** Whatever is wrong with a message concerns this message only. */
  #take(topic: string, bytes: Buffer, isRetained: boolean): void {
    this.#messages += 1
    const { levels, subscriptions } = this.#of(topic)
    const payload = new Payload(bytes)
    for (const subscription of subscriptions) {
      try {
        subscription.take({ levels, payload, isRetained })
        this.state.lastSuccessMs = Date.now()
      } catch (error) {
        this.#unreadable += 1
        this.#tell(error, `: ${topic.slice(0, 200)}`)
      }
    }
  }

  #tell(error: unknown, where = ""): void {
    this.state.troubled(error)
    this.#failures.add(this.state.name + where, error)
  }

  #of(topic: string) {
    let known = this.#byTopic.get(topic)
    if (known === undefined) {
      const levels = topic.split("/")
      known = { levels, subscriptions: this.#subscriptions.filter(({ filter }) => filter.matches(levels)) }
      if (this.#byTopic.size >= MAX_TOPICS) this.#byTopic.clear()
      if (topic.length <= MAX_TOPIC_LENGTH) this.#byTopic.set(topic, known)
    }
    return known
  }
}

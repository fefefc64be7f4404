import { DataError, Timestamp } from "@metricq/client"
import { jsonpath } from "json-p3"
import type { ArrivingMetric } from "../kit/push/arriving-metric.js"
import type { ArrivingMetrics } from "../kit/push/arriving-metrics.js"
import { type ArrivingConfig, arrivingSettings } from "../kit/push/push-config.js"
import { NameTemplate } from "../kit/values/name-template.js"
import { TextValue } from "../kit/values/text-value.js"
import type { SubscriptionConfig } from "./config.js"
import { MessageTime } from "./message-time.js"
import type { Payload } from "./payload.js"
import { TopicFilter } from "./topic-filter.js"
import { topicVariable } from "./topic-variables.js"

/** A message that came. */
export interface Message {
  readonly levels: readonly string[]
  readonly payload: Payload
  /** The broker had kept it. */
  readonly isRetained: boolean
}

/** One of the values of a payload. */
interface Value {
  readonly key: string
  readonly name: NameTemplate
  readonly reader: TextValue
  readonly config: ArrivingConfig
}

type Variables = (variable: string) => string | readonly string[] | undefined

/** A subscription: which messages it takes, and which values of which metrics are in them. */
export class Subscription {
  readonly config: SubscriptionConfig
  readonly filter: TopicFilter
  readonly #metrics: ArrivingMetrics
  readonly #owner: string
  readonly #values: readonly Value[]
  readonly #all: NameTemplate | undefined
  readonly #variables: ReadonlyMap<string, ReturnType<typeof jsonpath.compile>>
  readonly #time: MessageTime | undefined
  /** Metrics that have had a value. */
  readonly #seen = new WeakSet<ArrivingMetric>()

  constructor(config: SubscriptionConfig, metrics: ArrivingMetrics, owner: string) {
    this.config = config
    this.#metrics = metrics
    this.#owner = owner
    this.filter = new TopicFilter(config.topic)
    this.#all = config.values === "all" ? new NameTemplate(config.name ?? "") : undefined
    this.#values = config.values === "all" ? [] : valuesOf(config)
    const variables = Object.entries(config.variables ?? {})
    this.#variables = new Map(variables.map(([name, path]) => [name, jsonpath.compile(path)]))
    this.#time = config.timestamp === undefined ? undefined : new MessageTime(config.timestamp)
  }

  /**
   * Sends the values of a message. Of several, those that are not in it are passed over.
   *
   * @throws {DataError} if none is in it, or no time, or the name is none
   */
  take(message: Message): void {
    if (message.isRetained && this.config.retained === "ignore") return
    const { payload } = message
    const time = this.#time?.read(payload.text, () => payload.document) ?? Timestamp.now()
    if (this.#all !== undefined) this.#takeAll(this.#all, message, time)
    else this.#takeValues(message, time)
  }

  #takeValues(message: Message, time: Timestamp): void {
    let failure: unknown
    let taken = 0
    for (const { key, name, reader, config } of this.#values) {
      try {
        const isJson = "json" in config && config.json !== undefined
        const value = isJson ? reader.readParsed(message.payload.document) : reader.read(message.payload.text)
        this.#send(name, config, this.#variablesOf(message, key.split(".")), { time, value, message })
        taken += 1
      } catch (error) {
        failure ??= error
      }
    }
    if (taken === 0) throw failure
  }

  #takeAll(name: NameTemplate, message: Message, time: Timestamp): void {
    let taken = 0
    for (const { path, value } of message.payload.numbers()) {
      const { scale = 1, offset = 0 } = this.config
      const variables = this.#variablesOf(message, path)
      this.#send(name, this.config, variables, { time, value: value * scale + offset, message })
      taken += 1
    }
    if (taken === 0) throw new DataError("no-value", "there is no number in the payload")
  }

  #send(
    name: NameTemplate,
    config: ArrivingConfig,
    variables: Variables,
    { time, value, message }: { time: Timestamp; value: number; message: Message },
  ): void {
    const fill = (text: string) => new NameTemplate(text).text(variables)
    const describe = () => arrivingSettings({ description: "{topic}", ...config }, fill)
    const metric = this.#metrics.of(name.name(variables), this.#owner, describe)
    if (metric === undefined) return
    if (message.isRetained && this.config.retained === "once" && this.#seen.has(metric)) return
    this.#seen.add(metric)
    metric.send(time, value)
  }

  #variablesOf({ levels, payload }: Message, value: readonly string[]): Variables {
    return (variable) => {
      const path = this.#variables.get(variable)
      if (path !== undefined) return textAt(path, payload, variable)
      return variable === "value" ? value : topicVariable(variable, levels)
    }
  }
}

function valuesOf(config: SubscriptionConfig): Value[] {
  const { name = "", values, topic: _topic, variables: _variables, timestamp: _timestamp, ...shared } = config
  const entries = typeof values === "object" ? Object.entries(values) : [["", {}] as const]
  return entries.map(([key, own]) => {
    const settings = { ...shared, ...own }
    return {
      key,
      name: new NameTemplate(("name" in own && own.name) || name),
      reader: new TextValue(settings),
      config: settings,
    }
  })
}

function textAt(path: ReturnType<typeof jsonpath.compile>, { document }: Payload, variable: string): string {
  const [found] = path.query(document as never).values()
  if (typeof found === "string" || typeof found === "number" || typeof found === "boolean") return String(found)
  throw new DataError("no-value", `there is no text for {${variable}} in the payload`)
}

import { setTimeout as delay } from "node:timers/promises"
import { checkConfig, MetricqError } from "@metricq/client"
import type { Discovery } from "../kit/discovery.js"
import { passwordOf, passwordOption } from "../kit/discovery-secret.js"
import { milliseconds } from "../kit/fields/duration.js"
import { mqttSchema } from "./config.js"
import { mqttSession } from "./mqtt-session.js"
import { SeenTopics } from "./seen-topics.js"

/** Listens to a broker for some seconds, and makes a configuration of the topics and JSON keys that came. */
export const mqttDiscovery: Discovery = {
  summary: "listens to a broker for some seconds",
  options: {
    url: { description: "address of the broker, such as mqtt://broker.example:1883", isRequired: true },
    topic: { description: "filter of topics; default #" },
    seconds: { description: "how long to listen; default 10" },
    name: { description: "first part of the metrics' names; default: none" },
    user: { description: "user of the broker; default: no login" },
    password: passwordOption,
    verify: { description: "false: take any certificate; default true" },
  },
  async run(options, { signal, progress }) {
    const { url = "", topic = "#", seconds = "10", name = "", user, password, verify = "true" } = options
    const login = {
      ...(user !== undefined && { user }),
      ...(verify === "false" && { tls: { verify: false } }),
    }
    const listening = {
      url,
      ...login,
      ...(password !== undefined && { password: passwordOf(password) }),
      client_id: `metricq-discover-${process.pid}`,
      subscriptions: [{ topic, values: "all", name: "{topic}.{value}", qos: 0 }],
    }
    const { config } = checkConfig(
      { name: "the discovery of source-mqtt", schema: mqttSchema },
      { brokers: { mqtt: listening } },
    )
    const seen = new SeenTopics(name)
    const { mqtt: broker } = config.brokers
    if (broker === undefined) throw new MetricqError("mqtt", "there is no broker")
    const end = new AbortController()
    await mqttSession({
      config: broker,
      clientId: listening.client_id,
      topics: [{ topic, qos: 0 }],
      signal: AbortSignal.any([signal, end.signal]),
      onMessage: (from, payload) => seen.add(from, payload),
      onOpen: () => {
        progress(`listening to ${topic} for ${seconds} s`)
        void delay(milliseconds(seconds), undefined, { signal })
          .catch(() => undefined)
          .then(() => end.abort())
      },
    })
    progress(`${seen.count} topics with numbers, ${seen.passedOver} messages without`)
    const subscriptions = seen.subscriptions()
    if (subscriptions.length === 0)
      throw new MetricqError("mqtt", `no message with a number came on ${topic}: listen longer, or to another topic`)
    const secret = password === undefined ? {} : { password: { $env: "METRICQ_SECRET_MQTT" } }
    return { brokers: { mqtt: { url, ...login, ...secret, subscriptions } } }
  },
}

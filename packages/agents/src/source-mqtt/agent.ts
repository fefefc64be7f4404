import type { AgentKind } from "../kit/kind.js"
import { PushSource } from "../kit/push/push-source.js"
import { readSample } from "../kit/sample.js"
import { BrokerFeed } from "./broker-feed.js"
import { type MqttConfig, mqttSchema } from "./config.js"
import { mqttDiscovery } from "./mqtt-discovery.js"

/** Subscribes to MQTT brokers, and sends the numbers in their messages. */
export class MqttSource extends PushSource<MqttConfig> {
  protected override feeds({ brokers }: MqttConfig): BrokerFeed[] {
    const { token, logger, metrics } = this
    return Object.entries(brokers).map(([name, broker]) => new BrokerFeed(name, broker, { token, logger, metrics }))
  }
}

export const mqtt: AgentKind<MqttConfig> = {
  name: "source-mqtt",
  summary: "messages of MQTT brokers: plain numbers, JSON, texts",
  schema: mqttSchema,
  discovery: mqttDiscovery,
  create: (options) => new MqttSource(options),
  sample: () => readSample("source-mqtt"),
}

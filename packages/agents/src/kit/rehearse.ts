import { type Metadata, MetricqError, Source, silentLogger } from "@metricq/client"
import type { AgentKind } from "./kind.js"
import { OfflineNetwork } from "./offline-network.js"

/**
 * What a source of this kind would declare with a configuration: one is made without a network, configured, and ended.
 *
 * @throws {MetricqError} `not-a-source`; what its `onConfig` throws
 */
export async function rehearse<Config>(kind: AgentKind<Config>, config: Config): Promise<Record<string, Metadata>> {
  const source = kind.create({ token: kind.name, url: "amqp://offline.invalid/", logger: silentLogger })
  if (!(source instanceof Source)) throw new MetricqError("not-a-source", `${kind.name} is no source`)
  const network = new OfflineNetwork(source)
  try {
    source.config = config
    await source.onConfig(config)
    return network.metadata
  } finally {
    await source.stop()
  }
}

import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import { type SnmpConfig, snmpSchema } from "./config.js"
import { snmpDiscovery } from "./discovery.js"
import { HostJob } from "./host-job.js"
import { plansOf } from "./plans.js"
import { SessionPool } from "./session-pool.js"

/** Asks power distribution units, switches, and whatever else speaks SNMP. */
export class SnmpSource extends PollingSource<SnmpConfig> {
  readonly #sessions = new SessionPool()

  override async onConfig(config: SnmpConfig): Promise<void> {
    if (config.num_procs !== undefined) this.logger.warn("num_procs is ignored: one process asks all hosts")
    await super.onConfig(config)
  }

  protected override jobs(config: SnmpConfig): HostJob[] {
    return plansOf(config).map((plan) => new HostJob(plan, config, this.#sessions))
  }
}

export const snmp: AgentKind<SnmpConfig> = {
  name: "source-snmp",
  summary: "power distribution units, switches, UPSs: everything that speaks SNMP 1, 2c or 3",
  schema: snmpSchema,
  foreseesKey: (key, document) => attributesOf(document).includes(key),
  discovery: snmpDiscovery,
  create: (options) => new SnmpSource(options),
  sample: () => readSample("source-snmp"),
}

function attributesOf(document: unknown): readonly unknown[] {
  const { additional_metric_attributes: keys } = (document ?? {}) as Record<string, unknown>
  return Array.isArray(keys) ? keys : []
}

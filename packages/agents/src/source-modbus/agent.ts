import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import type { ModbusConfig } from "./config.js"
import { modbusDiscovery } from "./discovery/modbus-discovery.js"
import { Gateways } from "./gateways.js"
import { GroupJob } from "./group-job.js"
import { resolve } from "./settings/resolve.js"
import { modbusSchema } from "./settings/schema.js"

/** Reads registers of devices that speak Modbus TCP: power meters, distribution units, chillers, whatever stands behind a gateway. */
export class ModbusSource extends PollingSource<ModbusConfig> {
  readonly #gateways = new Gateways()

  protected override jobs(config: ModbusConfig): GroupJob[] {
    return resolve(config).groups.map((group) => new GroupJob(group, this.#gateways, config))
  }
}

export const modbus: AgentKind<ModbusConfig> = {
  name: "source-modbus",
  summary: "devices with Modbus TCP: meters, power distribution units, building automation",
  schema: modbusSchema,
  discovery: modbusDiscovery,
  create: (options) => new ModbusSource(options),
  sample: () => readSample("source-modbus"),
}

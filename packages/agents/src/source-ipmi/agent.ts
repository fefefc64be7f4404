import { ConfigError } from "@metricq/client"
import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import { type IpmiConfig, ipmiSchema } from "./config.js"
import { sensorDiscovery } from "./discovery.js"
import type { GroupJob } from "./group-job.js"
import { groupJobs } from "./group-jobs.js"
import { loadPlugin } from "./plugins/load-plugin.js"
import type { Plugin } from "./plugins/plugin.js"

/** Reads the sensors of BMCs, hundreds at a time, with the tools of FreeIPMI. */
export class IpmiSource extends PollingSource<IpmiConfig> {
  #plugins: ReadonlyMap<string, Plugin> = new Map()

  /** Plugins are loaded first: a configuration that names one that is not there is refused. */
  override async onConfig(config: IpmiConfig): Promise<void> {
    this.#plugins = await pluginsOf(config)
    await super.onConfig(config)
  }

  protected override jobs(config: IpmiConfig): GroupJob[] {
    const context = { plugins: this.#plugins, logger: this.logger }
    return config.ipmi_hosts.flatMap((group, i) => groupJobs(config, group, `ipmi_hosts[${i}]`, context))
  }
}

async function pluginsOf(config: IpmiConfig): Promise<ReadonlyMap<string, Plugin>> {
  const plugins = new Map<string, Plugin>()
  const problems: string[] = []
  for (const [i, { sensors }] of config.ipmi_hosts.entries()) {
    for (const [suffix, { plugin: name, name: sensorNames = [] }] of Object.entries(sensors)) {
      if (name === undefined) continue
      const plugin = plugins.get(name) ?? (await loadPlugin(name))
      plugins.set(name, plugin)
      const { neededSensors } = plugin
      const count = [sensorNames].flat().length
      if (neededSensors !== undefined && count !== neededSensors)
        problems.push(
          `ipmi_hosts[${i}].sensors.${suffix}.name: expected ${neededSensors} names for ${name}, got ${count}`,
        )
    }
  }
  if (problems.length > 0) throw new ConfigError("source-ipmi", problems)
  return plugins
}

export const ipmi: AgentKind<IpmiConfig> = {
  name: "source-ipmi",
  summary: "BMCs by IPMI: sensors, power by DCMI, raw commands",
  schema: ipmiSchema,
  discovery: sensorDiscovery,
  create: (options) => new IpmiSource(options),
  sample: () => readSample("source-ipmi"),
}

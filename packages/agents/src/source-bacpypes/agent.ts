import { ConfigError } from "@metricq/client"
import { parseDeviceAddress } from "../kit/bacnet/address.js"
import { covSettings, portSettings } from "../kit/bacnet/bacnet-keys.js"
import { SharedPorts } from "../kit/bacnet/shared-ports.js"
import { scheduleOf } from "../kit/fields/schedule.js"
import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import { type BacpypesConfig, type BacpypesDeviceConfig, type BacpypesMetricConfig, bacpypesSchema } from "./config.js"
import { type NamedObject, NamedObjectsJob } from "./named-objects-job.js"

const WHO_IS_ATTEMPTS = 2

/** Reads values of objects of BACnet/IP devices; the configuration tells the metrics' names. */
export class BacpypesSource extends PollingSource<BacpypesConfig> {
  readonly #ports = new SharedPorts(this.logger)

  protected override jobs(config: BacpypesConfig): NamedObjectsJob[] {
    return config.devices.flatMap((device, i) =>
      [...metricsByInterval(config, device, i)].map(([interval, metrics]) =>
        this.#job(config, device, interval, metrics),
      ),
    )
  }

  #job(
    config: BacpypesConfig,
    device: BacpypesDeviceConfig,
    interval: number | string,
    metrics: readonly NamedObject[],
  ): NamedObjectsJob {
    const address = parseDeviceAddress(device.address)
    if (address === undefined)
      throw new ConfigError(this.token, [`devices: expected an address, got ${device.address}`])
    return new NamedObjectsJob(
      {
        ports: this.#ports,
        port: portSettings({ address: config.bacnetAddress, instance: config.bacnetIdentifier }, config),
        address,
        whoIsAttempts: WHO_IS_ATTEMPTS,
        chunkSize: device.chunkSize,
        schedule: scheduleOf(interval, config),
        onFailure: config.onFailure ?? "skip",
        target: device.address,
        cov: covSettings(device.cov ?? config.cov),
      },
      device.description,
      metrics,
    )
  }
}

function metricsByInterval(
  config: BacpypesConfig,
  { groups, prefix }: BacpypesDeviceConfig,
  index: number,
): Map<number | string, NamedObject[]> {
  const byInterval = new Map<number | string, NamedObject[]>()
  groups.forEach(({ interval = config.interval, metrics }, i) => {
    if (interval === undefined)
      throw new ConfigError("source-bacpypes", [`devices[${index}].groups[${i}].interval: expected here, or for all`])
    const named = Object.entries(metrics).map(([name, metric]: [string, BacpypesMetricConfig]) => ({
      ...metric,
      name: joined(prefix, name),
    }))
    byInterval.set(interval, [...(byInterval.get(interval) ?? []), ...named])
  })
  return byInterval
}

/** With one dot between them, whatever they end and begin with. */
function joined(prefix: string, name: string): string {
  const [first, last] = [prefix.replace(/\.+$/, ""), name.replace(/^\.+/, "")]
  return first === "" ? last : `${first}.${last}`
}

export const bacpypes: AgentKind<BacpypesConfig> = {
  name: "source-bacpypes",
  summary: "BACnet/IP devices: values of their objects, under names of your own",
  schema: bacpypesSchema,
  create: (options) => new BacpypesSource(options),
  sample: () => readSample("source-bacpypes"),
}

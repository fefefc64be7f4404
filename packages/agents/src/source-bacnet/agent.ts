import { type ClientOptions, ConfigError } from "@metricq/client"
import { parseDeviceAddress } from "../kit/bacnet/address.js"
import { covSettings, portSettings } from "../kit/bacnet/bacnet-keys.js"
import { type ObjectId, printObject, typeNumber } from "../kit/bacnet/names.js"
import { ObjectCache } from "../kit/bacnet/object-cache.js"
import { SharedPorts } from "../kit/bacnet/shared-ports.js"
import { scheduleOf } from "../kit/fields/schedule.js"
import type { AgentKind } from "../kit/kind.js"
import { PollingSource } from "../kit/polling/polling-source.js"
import { readSample } from "../kit/sample.js"
import { stateFile } from "../kit/state-folder.js"
import { type BacnetConfig, type BacnetDeviceConfig, bacnetSchema } from "./config.js"
import { bacnetDiscovery } from "./discovery.js"
import { parseInstances } from "./instances.js"
import { NameClaims } from "./name-claims.js"
import { NetworkView } from "./network-view.js"
import { ObjectsJob, type PlannedObject } from "./objects-job.js"

/** Requests for the introduction of a device beyond these take longer than the pause before the next try. */
const MOST_WHO_IS = 3
/** So that devices with the same interval need not answer all at once; parts of the interval, and ms at most. */
const JITTER_PART = 0.1
const MOST_JITTER_S = 1

/** Reads values of objects of BACnet/IP devices; the devices tell the metrics' names. */
export class BacnetSource extends PollingSource<BacnetConfig> {
  readonly #ports = new SharedPorts(this.logger)
  readonly #claims = new NameClaims()
  readonly #cache: ObjectCache

  constructor(options: ClientOptions) {
    super(options)
    this.#cache = new ObjectCache(stateFile(this.token, ".bacnet.json"), this.logger)
    const view = new NetworkView(this.#ports, this.#cache, () => this.config)
    this.handle("source_bacnet.get_advertised_devices", () => view.advertisedDevices(this.stopping))
    this.handle("source_bacnet.get_device_name_from_ip", ({ ips }) => view.deviceNames(ips, this.stopping))
    this.handle("source_bacnet.get_object_list_with_info", ({ ip }) => view.objectList(ip, this.stopping))
  }

  override async task(signal: AbortSignal): Promise<void> {
    await super.task(signal)
    await this.#cache.save()
  }

  protected override jobs(config: BacnetConfig): ObjectsJob[] {
    const problems: string[] = []
    const jobs: ObjectsJob[] = []
    for (const [address, device] of Object.entries(config.devices)) {
      for (const object of duplicates(objectsOf(config, device).flatMap(({ objects }) => objects)))
        problems.push(`devices[${JSON.stringify(address)}].objectGroups: ${printObject(object)} stands there twice`)
      for (const { interval, objects } of objectsOf(config, device))
        jobs.push(this.#job(config, { address, device, interval, objects }))
    }
    if (problems.length > 0) throw new ConfigError(this.token, problems)
    this.#claims.keep(new Set(jobs.map(({ key }) => key)))
    return jobs
  }

  #job(config: BacnetConfig, { address, device, interval, objects }: Group): ObjectsJob {
    const place = parseDeviceAddress(address)
    if (place === undefined) throw new ConfigError(this.token, [`devices: expected an address, got ${address}`])
    const own = { address: config.bacnetReaderAddress, instance: config.bacnetReaderObjectIdentifier }
    const { vendorSpecificMapping, vendorSpecificNameSubstitutions, vendorSpecificDescriptionSubstitutions } = config
    const plan = {
      ports: this.#ports,
      port: portSettings(own, config),
      address: place,
      whoIsAttempts: Math.min(config.bacnetReaderRetryCount, MOST_WHO_IS),
      chunkSize: device.chunkSize,
      schedule: scheduleOf(interval, { offset: config.offset, jitter: config.jitter ?? jitterOf(interval) }),
      onFailure: device.onFailure ?? config.onFailure ?? ("skip" as const),
      target: address,
      cov: covSettings(device.cov ?? config.cov),
      objects,
      metricId: device.metricId,
      deviceIdentifier: device.deviceIdentifier,
      rules: { vendorSpecificMapping, vendorSpecificNameSubstitutions, vendorSpecificDescriptionSubstitutions },
    }
    return new ObjectsJob(plan, { cache: this.#cache, claims: this.#claims, logger: this.logger })
  }
}

interface Group {
  readonly address: string
  readonly device: BacnetDeviceConfig
  readonly interval: number | string
  readonly objects: readonly PlannedObject[]
}

/** The objects of a device, by their intervals. */
function objectsOf(config: BacnetConfig, device: BacnetDeviceConfig): Pick<Group, "interval" | "objects">[] {
  const byInterval = new Map<number | string, PlannedObject[]>()
  for (const group of device.objectGroups) {
    const shared = {
      type: typeNumber(group.objectType) ?? 0,
      description: group.description ?? device.description,
      nanAtTimeout: group.nanAtTimeout ?? device.nanAtTimeout ?? config.nanAtTimeout,
      onFailure: group.onFailure ?? device.onFailure ?? config.onFailure,
    }
    const objects = (parseInstances(group.objectInstance) ?? []).map((instance) => ({ ...shared, instance }))
    byInterval.set(group.interval, [...(byInterval.get(group.interval) ?? []), ...objects])
  }
  return [...byInterval].map(([interval, objects]) => ({ interval, objects }))
}

function duplicates(objects: readonly ObjectId[]): ObjectId[] {
  const seen = new Set<string>()
  return objects.filter((object) => seen.size === seen.add(printObject(object)).size)
}

function jitterOf(interval: number | string): number {
  return Math.min(MOST_JITTER_S, (scheduleOf(interval).intervalMs / 1000) * JITTER_PART)
}

export const bacnet: AgentKind<BacnetConfig> = {
  name: "source-bacnet",
  summary: "BACnet/IP devices: values of their objects, under the names the devices give",
  schema: bacnetSchema,
  discovery: bacnetDiscovery,
  create: (options) => new BacnetSource(options),
  sample: () => readSample("source-bacnet"),
}

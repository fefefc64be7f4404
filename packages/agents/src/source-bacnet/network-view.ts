import { setTimeout as delay } from "node:timers/promises"
import { type JsonObject, RPCError } from "@metricq/client"
import { type DeviceAddress, parseDeviceAddress, printAddress } from "../kit/bacnet/address.js"
import { portSettings } from "../kit/bacnet/bacnet-keys.js"
import type { BacnetPort } from "../kit/bacnet/bacnet-port.js"
import { DeviceSession } from "../kit/bacnet/device-session.js"
import { DEVICE_TYPE, type ObjectId, typeLabel, typeNumber } from "../kit/bacnet/names.js"
import type { ObjectCache } from "../kit/bacnet/object-cache.js"
import type { SharedPorts } from "../kit/bacnet/shared-ports.js"
import { limitedSignal } from "../kit/limited-signal.js"
import type { BacnetConfig } from "./config.js"
import { ObjectInfos } from "./object-infos.js"

/** How long devices are given to introduce themselves. */
const LISTEN_MS = 2000
/** Who asks waits ten seconds. */
const ANSWER_MS = 8500
/** Devices whose names are asked for in one go; the others have theirs next time. */
const MAX_ASKED = 200
const UNKNOWN = "N/A"

/** Answers what those ask who write configurations: which devices there are, and what is in them. The answers are the original's. */
export class NetworkView {
  readonly #ports: SharedPorts
  readonly #cache: ObjectCache
  readonly #config: () => BacnetConfig | undefined

  constructor(ports: SharedPorts, cache: ObjectCache, config: () => BacnetConfig | undefined) {
    this.#ports = ports
    this.#cache = cache
    this.#config = config
  }

  /** Devices that introduce themselves when all are asked: `{address: {device_id, device_name}}`. */
  advertisedDevices(stopping: AbortSignal): Promise<JsonObject> {
    return this.#withPort(stopping, async (port, signal) => {
      port.whoIs()
      await delay(LISTEN_MS, undefined, { signal }).catch(() => undefined)
      const devices = [...port.introductions]
      return this.#named(
        devices.map(({ address, instance }) => ({ address, instance })),
        signal,
      )
    })
  }

  /** Names and instances of the devices at some addresses, in the same form. */
  deviceNames(ips: unknown, stopping: AbortSignal): Promise<JsonObject> {
    if (!Array.isArray(ips)) throw new RPCError("ips: expected a list of addresses")
    const addresses = ips.slice(0, MAX_ASKED).map(addressOf)
    return this.#withPort(stopping, (_port, signal) =>
      this.#named(
        addresses.map((address) => ({ address, instance: this.#cache.deviceAt(printAddress(address)) })),
        signal,
      ),
    )
  }

  /** Objects of a device, of the types that the configuration names: `{"analogInput-1": {objectName, description}}`. */
  objectList(ip: unknown, stopping: AbortSignal): Promise<JsonObject> {
    const address = addressOf(ip)
    return this.#withPort(stopping, (port, signal) =>
      this.#withSession(address, async (session) => {
        const { device, introduction } = await session.open(signal)
        const types = this.#types()
        const instance = introduction.instance ?? this.#cache.deviceAt(printAddress(address))
        if (instance === undefined)
          throw new RPCError(`${port.settings.local.host}: the device does not tell its instance`)
        const objects = (await device.objects(instance, signal)).filter(({ type }) => types.has(type))
        const infos = new ObjectInfos(this.#cache, printAddress(address))
        // What has been read until the time is over is known next time.
        await infos.learn(session, objects, introduction.vendor, signal).catch(() => undefined)
        return Object.fromEntries(objects.flatMap((object) => entryOf(object, infos)))
      }),
    )
  }

  async #named(
    devices: readonly { address: DeviceAddress; instance: number | undefined }[],
    signal: AbortSignal,
  ): Promise<JsonObject> {
    let asked = 0
    const entries = devices.map(async ({ address, instance }) => {
      const isKnown = this.#nameOf(address, instance) !== undefined
      const found = isKnown || ++asked > MAX_ASKED ? instance : await this.#ask(address, instance, signal)
      const name = this.#nameOf(address, found)
      return [printAddress(address), { device_id: found ?? null, device_name: this.#shown(name) }]
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  /** Reads the name of a device, as far as it answers; its instance, if that is found out. */
  #ask(address: DeviceAddress, instance: number | undefined, signal: AbortSignal): Promise<number | undefined> {
    return this.#withSession(address, async (session) => {
      const { introduction } = await session.open(signal)
      const found = introduction.instance ?? instance
      const infos = new ObjectInfos(this.#cache, printAddress(address))
      const device = { type: DEVICE_TYPE, instance: found ?? -1 }
      if (found !== undefined) await infos.learn(session, [device], introduction.vendor, signal)
      return found
    }).catch(() => instance)
  }

  #nameOf(address: DeviceAddress, instance: number | undefined): string | undefined {
    if (instance === undefined) return undefined
    return this.#cache.get(printAddress(address), { type: DEVICE_TYPE, instance })?.objectName
  }

  /** With what the configuration makes of the name. */
  #shown(name: string | undefined): string {
    if (name === undefined) return UNKNOWN
    const mapping = this.#config()?.vendorSpecificMapping ?? {}
    return Object.hasOwn(mapping, name) ? `${mapping[name]} (orig: ${name})` : name
  }

  #types(): Set<number> {
    const { discoverObjectTypeFilter = [], devices = {} } = this.#config() ?? {}
    const configured = Object.values(devices).flatMap(({ objectGroups }) =>
      objectGroups.map((group) => group.objectType),
    )
    const numbers = [...discoverObjectTypeFilter, ...configured].map(typeNumber)
    return new Set([DEVICE_TYPE, ...numbers.filter((number) => number !== undefined)])
  }

  async #withPort(
    stopping: AbortSignal,
    work: (port: BacnetPort, signal: AbortSignal) => Promise<JsonObject>,
  ): Promise<JsonObject> {
    const port = await this.#ports.acquire(this.#settings())
    try {
      return await work(port, limitedSignal(stopping, ANSWER_MS))
    } finally {
      await this.#ports.release(port)
    }
  }

  async #withSession<T>(address: DeviceAddress, work: (session: DeviceSession) => Promise<T>): Promise<T> {
    const plan = { ports: this.#ports, port: this.#settings(), address, whoIsAttempts: 2 }
    const session = new DeviceSession(plan)
    try {
      return await work(session)
    } finally {
      await session.close()
    }
  }

  #settings() {
    const config = this.#config()
    if (config === undefined) throw new RPCError("the source has no configuration yet")
    return portSettings({ address: config.bacnetReaderAddress, instance: config.bacnetReaderObjectIdentifier }, config)
  }
}

function addressOf(text: unknown): DeviceAddress {
  const address = typeof text === "string" ? parseDeviceAddress(text) : undefined
  if (address === undefined) throw new RPCError(`expected an address such as "192.0.2.40", got ${JSON.stringify(text)}`)
  return address
}

function entryOf(object: ObjectId, infos: ObjectInfos): [string, JsonObject][] {
  const info = infos.known(object)
  if (info?.objectName === undefined) return []
  const { readAt: _readAt, ...shown } = info
  return [[`${typeLabel(object.type)}-${object.instance}`, { ...shown }]]
}

import { type Logger, silentLogger } from "@metricq/client"
import { addressKey, type DeviceAddress, type LocalAddress, parseDeviceAddress } from "./address.js"
import { BacnetDevice } from "./bacnet-device.js"
import { ForeignDevice, type ForeignSettings } from "./foreign-device.js"
import { type Frame, parseFrame } from "./frame.js"
import type { Introduction } from "./introduction.js"
import { BacnetClient } from "./library.js"
import { LinkTransport, receiverOf } from "./link.js"
import { Sockets } from "./sockets.js"

/** How this program takes part in a BACnet network. */
export interface PortSettings {
  readonly local: LocalAddress
  /** The own device instance, told to those who ask. */
  readonly instance: number
  /** Where to register, to take part in another network's broadcasts. */
  readonly foreign?: ForeignSettings | undefined
  /** How long an answer may take. */
  readonly timeoutMs: number
  /** How often a request is sent at most. */
  readonly attempts: number
}

/** Devices that are remembered of those that introduce themselves. */
const MAX_INTRODUCTIONS = 10_000
/** As the original calls itself: that of a test. */
const VENDOR = 15
const NO_SEGMENTATION = 3

/** A place in a BACnet network: sockets, and the devices that are talked to through them. */
export class BacnetPort {
  readonly settings: PortSettings
  readonly #devices = new Map<string, { device: BacnetDevice; users: number }>()
  readonly #introductions = new Map<string, Introduction>()
  readonly #listeners = new Set<(introduction: Introduction) => void>()
  /** For what concerns no single device: Who-Is, I-Am, the BBMD. */
  readonly #transport = new LinkTransport((datagram, receiver) => this.#send(datagram, receiver))
  readonly #client: BacnetClient
  readonly #foreign: ForeignDevice | undefined
  #sockets: Sockets | undefined
  /** The sender of the datagram that the library is looking at. */
  #sender: DeviceAddress | undefined

  private constructor(settings: PortSettings, logger: Logger) {
    this.settings = settings
    this.#client = new BacnetClient({ transport: this.#transport, apduTimeout: settings.timeoutMs })
    this.#client.on("iAm", ({ payload }) => this.#introduce(payload))
    this.#client.on("whoIs", ({ payload, header }) => this.#answerWhoIs(payload, header?.sender))
    this.#foreign = settings.foreign && new ForeignDevice(this.#client, settings.foreign, logger)
  }

  /** @throws {MetricqError} `bacnet-socket` if the own address cannot be used */
  static async open(settings: PortSettings, logger: Logger = silentLogger): Promise<BacnetPort> {
    const port = new BacnetPort(settings, logger)
    port.#sockets = await Sockets.open(settings.local, (...arrival) => port.#receive(...arrival))
    port.#foreign?.start()
    return port
  }

  /** The device at an address; all who ask for it share it. Each has to give it back with {@link leave}. */
  enter(address: DeviceAddress): BacnetDevice {
    const key = addressKey(address)
    const entry = this.#devices.get(key) ?? { device: new BacnetDevice(this, address), users: 0 }
    this.#devices.set(key, entry)
    entry.users += 1
    return entry.device
  }

  leave(address: DeviceAddress): void {
    const key = addressKey(address)
    const entry = this.#devices.get(key)
    if (entry === undefined) return
    entry.users -= 1
    if (entry.users > 0) return
    this.#devices.delete(key)
    entry.device.link.close()
  }

  /** Devices that have introduced themselves. */
  get introductions(): Iterable<Introduction> {
    return this.#introductions.values()
  }

  /** What a device has last said about itself. */
  introductionOf(address: DeviceAddress): Introduction | undefined {
    return this.#introductions.get(addressKey(address))
  }

  /** Calls back for each device that introduces itself, until the function that comes back is called. */
  onIntroduction(listener: (introduction: Introduction) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Asks one device, or all, to introduce themselves. `low` and `high` are device instances. */
  whoIs(address?: DeviceAddress, range?: { low: number; high: number }): void {
    const limits = range === undefined ? {} : { lowLimit: range.low, highLimit: range.high }
    const { foreign } = this.settings
    if (address !== undefined) this.#client.whoIs(receiverOf(address), limits)
    else this.#client.whoIs(range === undefined ? {} : limits)
    if (address === undefined && foreign !== undefined)
      this.#client.whoIsThroughBBMD({ address: `${foreign.host}:${foreign.port}` }, limits)
  }

  /** Sends to a device or a BBMD. */
  sendTo(datagram: Buffer, host: string, port: number): void {
    this.#sockets?.send(datagram, host, port)
  }

  async close(): Promise<void> {
    this.#foreign?.stop()
    for (const { device } of this.#devices.values()) device.link.close()
    this.#devices.clear()
    this.#client.close()
    const sockets = this.#sockets
    this.#sockets = undefined
    await sockets?.close()
  }

  #send(datagram: Buffer, receiver: string | undefined): void {
    const [host = "", port = ""] = receiver?.split(":") ?? []
    if (receiver === undefined) this.#sockets?.broadcast(datagram)
    else this.#sockets?.send(datagram, host, Number(port))
  }

  #receive(datagram: Buffer, host: string, port: number): void {
    const { local } = this.settings
    if (host === local.host && port === local.port) return
    const frame = parseFrame(datagram)
    const sender = frame && senderOf(frame, host, port)
    if (frame !== undefined && sender !== undefined && frame.kind !== "unconfirmed") {
      this.#devices.get(addressKey(sender))?.device.link.receive(datagram, frame)
      return
    }
    if (sender !== undefined && frame !== undefined)
      this.#devices.get(addressKey(sender))?.device.link.receive(datagram, frame)
    this.#handle(datagram, sender, `${host}:${port}`)
  }

  #handle(datagram: Buffer, sender: DeviceAddress | undefined, from: string): void {
    this.#sender = sender
    try {
      this.#transport.emit("message", datagram, from)
    } catch {
      // Garbage.
    }
  }

  #introduce({ deviceId, maxApdu, segmentation, vendorId }: IAm): void {
    const address = this.#sender
    if (address === undefined) return
    const introduction = { address, instance: deviceId, maxApdu, segmentation, vendor: vendorId }
    const key = addressKey(address)
    if (this.#introductions.size < MAX_INTRODUCTIONS || this.#introductions.has(key))
      this.#introductions.set(key, introduction)
    for (const listener of this.#listeners) listener(introduction)
  }

  #answerWhoIs({ lowLimit = 0, highLimit = Infinity }: Limits, sender: { address?: string } | undefined): void {
    const { instance } = this.settings
    if (sender === undefined || instance < lowLimit || instance > highLimit) return
    this.#client.iAmResponse({ ...sender, forwardedFrom: undefined }, instance, NO_SEGMENTATION, VENDOR)
  }
}

interface IAm {
  readonly deviceId: number
  readonly maxApdu: number
  readonly segmentation: number
  readonly vendorId: number
}

interface Limits {
  readonly lowLimit?: number
  readonly highLimit?: number
}

function senderOf({ origin, network, station }: Frame, host: string, port: number): DeviceAddress | undefined {
  const place = origin === undefined ? { host, port } : parseDeviceAddress(origin)
  return network === undefined ? place : place && { ...place, network, station }
}

import { setTimeout as delay } from "node:timers/promises"
import type { DeviceAddress } from "./address.js"
import { type Introduction, SMALLEST_APDU } from "./introduction.js"
import { DeviceLink } from "./link.js"
import { ANY_INSTANCE, DEVICE_TYPE, type ObjectId, property } from "./names.js"
import { numberOf, type PropertyResult } from "./present-value.js"
import { PropertyReader } from "./property-reader.js"

/** Objects of a list that are read at most. */
const MAX_OBJECTS = 100_000
const WHO_IS_MS = 1000
const ITEMS_AT_ONCE = 20
/** With the standard's most modest application part. */
const NO_SEGMENTATION = 3

/** What a device needs of the network it is in. */
export interface Neighbourhood {
  readonly settings: { readonly timeoutMs: number; readonly attempts: number }
  whoIs(address: DeviceAddress): void
  introductionOf(address: DeviceAddress): Introduction | undefined
  onIntroduction(listener: (introduction: Introduction) => void): () => void
  sendTo(datagram: Buffer, host: string, port: number): void
}

/** A device: who it is, and what its objects say. */
export class BacnetDevice {
  readonly address: DeviceAddress
  readonly link: DeviceLink
  readonly reader: PropertyReader
  readonly #port: Neighbourhood
  #introduction: Introduction | undefined

  constructor(port: Neighbourhood, address: DeviceAddress) {
    const { timeoutMs, attempts } = port.settings
    this.address = address
    this.#port = port
    this.link = new DeviceLink(address, {
      timeoutMs,
      attempts,
      send: (datagram) => port.sendTo(datagram, address.host, address.port),
    })
    this.reader = new PropertyReader(this.link)
  }

  /**
   * Finds out who the device is: it is asked to introduce itself, up to `attempts` times, each time with more patience. For one that
   * does not, or whose answer does not come through, what it said earlier holds; else it is asked for its properties.
   *
   * @throws {TimeoutError} if there is nobody; the signal's reason
   */
  async introduce(signal: AbortSignal, attempts: number): Promise<Introduction> {
    for (let attempt = 1; attempt <= attempts && this.#introduction === undefined; attempt += 1)
      this.#introduction = await this.#whoIs(attempt * WHO_IS_MS, signal)
    this.#introduction ??= this.#port.introductionOf(this.address) ?? (await this.#ask(signal))
    return this.#introduction
  }

  /** All objects of the device, as it lists them; 100,000 at most. */
  async objects(instance: number, signal: AbortSignal): Promise<ObjectId[]> {
    const device = { type: DEVICE_TYPE, instance }
    const whole = await this.reader.readOne(device, property.objectList, signal)
    if (!(whole instanceof Error)) return objectIds(whole)
    // Too long for one answer: the list's length, then its elements.
    const length = Math.min(numberOf(await this.reader.readOne(device, property.objectList, signal, 0)), MAX_OBJECTS)
    const objects: ObjectId[] = []
    for (let first = 1; first <= length; first += ITEMS_AT_ONCE) {
      const last = Math.min(first + ITEMS_AT_ONCE - 1, length)
      const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i)
      for (const result of await this.reader.readElements(device, property.objectList, indexes, signal))
        objects.push(...objectIds(result))
    }
    return objects
  }

  async #whoIs(patienceMs: number, signal: AbortSignal): Promise<Introduction | undefined> {
    const enough = new AbortController()
    let heard: Introduction | undefined
    const unlisten = this.#port.onIntroduction((introduction) => {
      if (this.#port.introductionOf(this.address) !== introduction) return
      heard = introduction
      enough.abort()
    })
    try {
      this.#port.whoIs(this.address)
      await delay(patienceMs, undefined, { signal: AbortSignal.any([signal, enough.signal]) }).catch(() => undefined)
      signal.throwIfAborted()
      return heard
    } finally {
      unlisten()
    }
  }

  /** Any answer, even that there is no such property, comes from a device. */
  async #ask(signal: AbortSignal): Promise<Introduction> {
    const device = { type: DEVICE_TYPE, instance: ANY_INSTANCE }
    const ask = (number: number) => this.reader.readOne(device, number, signal)
    const [id] = objectIds(await ask(property.objectIdentifier))
    const maxApdu = numberOr(await ask(property.maxApduLengthAccepted), SMALLEST_APDU)
    const segmentation = numberOr(await ask(property.segmentationSupported), NO_SEGMENTATION)
    const vendor = numberOr(await ask(property.vendorIdentifier), undefined)
    return { address: this.address, instance: id?.instance, maxApdu, segmentation, vendor }
  }
}

function numberOr<T>(result: PropertyResult, otherwise: T): number | T {
  try {
    return numberOf(result)
  } catch {
    return otherwise
  }
}

function objectIds(result: PropertyResult): ObjectId[] {
  if (result instanceof Error) return []
  return result.map(({ value }) => value).filter(isObjectId)
}

function isObjectId(value: unknown): value is ObjectId {
  return typeof value === "object" && value !== null && "type" in value && "instance" in value
}

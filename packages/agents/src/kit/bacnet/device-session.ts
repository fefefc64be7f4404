import type { DeviceAddress } from "./address.js"
import type { BacnetDevice } from "./bacnet-device.js"
import type { BacnetPort, PortSettings } from "./bacnet-port.js"
import { type Introduction, SMALLEST_APDU, sendsSegments } from "./introduction.js"
import { type ObjectId, property } from "./names.js"
import type { PropertyResult } from "./present-value.js"
import type { ObjectResults, PropertyRequest } from "./property-reader.js"
import type { SharedPorts } from "./shared-ports.js"

/** As the original asks: objects with a request. */
const MOST_VALUES = 60
const INFOS_SEGMENTED = 20
const INFOS_UNSEGMENTED = 4
/** Bytes of a value in an answer, and of all that is not a value. */
const VALUE_BYTES = 16
const HEAD_BYTES = 6
/** Bytes that name, description and unit of an object may well have. */
const INFO_BYTES = 110

/** What a session needs to know. */
export interface SessionPlan {
  readonly ports: SharedPorts
  readonly port: PortSettings
  readonly address: DeviceAddress
  /** How often a device is asked to introduce itself, each time it is opened. */
  readonly whoIsAttempts: number
  /** Objects with a request; default: as many as the device can answer. */
  readonly chunkSize?: number | undefined
}

/** The time with a device between `open` and `close`. */
export class DeviceSession {
  readonly #plan: SessionPlan
  #port: BacnetPort | undefined
  #device: BacnetDevice | undefined
  #introduction: Introduction | undefined

  constructor(plan: SessionPlan) {
    this.#plan = plan
  }

  /** Opens the way to the device, and finds out who it is. Throws if it does not answer; it has to be closed then, too. */
  async open(signal: AbortSignal): Promise<{ device: BacnetDevice; introduction: Introduction }> {
    const { ports, port, address, whoIsAttempts } = this.#plan
    this.#port ??= await ports.acquire(port)
    this.#device ??= this.#port.enter(address)
    this.#introduction = await this.#device.introduce(signal, whoIsAttempts)
    return { device: this.#device, introduction: this.#introduction }
  }

  async close(): Promise<void> {
    const [port, device] = [this.#port, this.#device]
    this.#port = undefined
    this.#device = undefined
    if (device !== undefined) port?.leave(this.#plan.address)
    if (port !== undefined) await this.#plan.ports.release(port)
  }

  /** Reads present values, portion by portion; `onValue` is called as the answers come. Throws as {@link PropertyReader.read}. */
  async readValues(
    objects: readonly ObjectId[],
    signal: AbortSignal,
    onValue: (object: ObjectId, result: PropertyResult) => void,
  ): Promise<void> {
    const requests = objects.map((object) => ({ object, properties: [property.presentValue] }))
    await this.#read(requests, this.#valuePortion, signal, (object, results) =>
      onValue(object, results.get(property.presentValue) ?? []),
    )
  }

  /** Reads any properties, portion by portion, as {@link readValues}. */
  async readInfos(
    requests: readonly PropertyRequest[],
    signal: AbortSignal,
    onResults: (object: ObjectId, results: ObjectResults) => void,
  ): Promise<void> {
    await this.#read(requests, this.#infoPortion, signal, onResults)
  }

  async #read(
    requests: readonly PropertyRequest[],
    portion: number,
    signal: AbortSignal,
    onResults: (object: ObjectId, results: ObjectResults) => void,
  ): Promise<void> {
    for (let first = 0; first < requests.length; first += portion) {
      const some = requests.slice(first, first + portion)
      const results = (await this.#device?.reader.read(some, portion, signal)) ?? []
      some.forEach(({ object }, i) => {
        onResults(object, results[i] ?? new Map())
      })
    }
  }

  /** What fits into an answer in one piece, and not more than the original asks for. */
  get #valuePortion(): number {
    const { chunkSize } = this.#plan
    return chunkSize ?? between(1, Math.floor((this.#maxApdu - HEAD_BYTES) / VALUE_BYTES), MOST_VALUES)
  }

  get #infoPortion(): number {
    const { chunkSize } = this.#plan
    if (chunkSize !== undefined) return chunkSize
    if (this.#introduction !== undefined && sendsSegments(this.#introduction)) return INFOS_SEGMENTED
    return between(1, Math.floor((this.#maxApdu - HEAD_BYTES) / INFO_BYTES), INFOS_UNSEGMENTED)
  }

  get #maxApdu(): number {
    return this.#introduction?.maxApdu ?? SMALLEST_APDU
  }
}

function between(low: number, value: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}

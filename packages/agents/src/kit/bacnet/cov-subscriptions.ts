import { TimeoutError } from "@metricq/client"
import type { BacnetDevice } from "./bacnet-device.js"
import { type ObjectId, printObject, property } from "./names.js"
import type { AppValue } from "./present-value.js"
import { BacnetRefusal } from "./refusal.js"

/** How a device is asked to tell of changes. */
export interface CovSettings {
  /** Seconds after which a subscription ends unless it is renewed. */
  readonly lifetimeS: number
  /** Each notification is acknowledged, and sent again without. */
  readonly confirmed: boolean
}

/** Our subscriptions have this number with every device, so that a restart takes them over. */
const PROCESS = 1
/** After a device has refused to tell of an object, it is asked again after so many lifetimes. */
const REFUSED_LIFETIMES = 10

/** Subscriptions to changes of values of a device, renewed in time. Each is a matter of its own: a refusal ends no other. */
export class CovSubscriptions {
  readonly #device: BacnetDevice
  readonly #settings: CovSettings
  /** When each object is to be asked for next, in ms of the monotonic clock. */
  readonly #due = new Map<string, number>()
  readonly #active = new Map<string, ObjectId>()
  readonly #unlisten: () => void

  /** `onValue` gets what devices tell on their own. */
  constructor(
    device: BacnetDevice,
    settings: CovSettings,
    onValue: (object: ObjectId, value: readonly AppValue[]) => void,
  ) {
    this.#device = device
    this.#settings = settings
    this.#unlisten = device.link.onCov(({ process, object, values }) => {
      if (process !== PROCESS) return
      const present = values.find((one) => one.property === property.presentValue)
      if (present !== undefined) onValue(object, present.value as readonly AppValue[])
    })
  }

  /** Objects that the device has agreed to tell about. */
  get count(): number {
    return this.#active.size
  }

  /** Subscribes to, and renews, what is due. Failures are no matter: polling goes on. Ends early when the signal aborts. */
  async renew(objects: readonly ObjectId[], signal: AbortSignal): Promise<void> {
    for (const object of objects) {
      const now = performance.now()
      if (signal.aborted || (this.#due.get(printObject(object)) ?? 0) > now) continue
      try {
        await this.#subscribe(object, signal)
      } catch (error) {
        if (this.#refused(object, error, objects)) return
      }
    }
  }

  /** Tells the device that no more is wanted, without waiting for it. */
  cancel(): void {
    this.#unlisten()
    for (const object of this.#active.values())
      this.#device.link.post((client, { receiver, options }) =>
        client.subscribeCov(receiver, object, PROCESS, true, false, 0, options),
      )
    this.#active.clear()
  }

  async #subscribe(object: ObjectId, signal: AbortSignal): Promise<void> {
    const { lifetimeS, confirmed } = this.#settings
    await this.#device.link.request(signal, (client, { receiver, options }) =>
      client.subscribeCov(receiver, object, PROCESS, false, confirmed, lifetimeS, options),
    )
    this.#active.set(printObject(object), object)
    this.#due.set(printObject(object), performance.now() + lifetimeS * 500)
  }

  /** Whether the others need not be tried now. */
  #refused(object: ObjectId, error: unknown, all: readonly ObjectId[]): boolean {
    const later = performance.now() + this.#settings.lifetimeS * 1000 * REFUSED_LIFETIMES
    this.#active.delete(printObject(object))
    const isGeneral = error instanceof BacnetRefusal && error.isUnknownService
    for (const one of isGeneral ? all : [object]) this.#due.set(printObject(one), later)
    return isGeneral || error instanceof TimeoutError
  }
}

import type { DeviceSession } from "../kit/bacnet/device-session.js"
import { DEVICE_TYPE, type ObjectId, property, unitLabel } from "../kit/bacnet/names.js"
import type { ObjectCache, ObjectInfo } from "../kit/bacnet/object-cache.js"
import { numberOf, type PropertyResult, textOf } from "../kit/bacnet/present-value.js"
import type { ObjectResults } from "../kit/bacnet/property-reader.js"

/** Devices of this vendor have names of 32 characters and more in a property of their own. */
const VENDOR_WITH_LONG_NAMES = 7
/** Names are asked for again, when there is an occasion, after a day. */
const FRESH_MS = 86_400_000

/** Reads what objects say about themselves, and keeps it; what is fresh is not read again. */
export class ObjectInfos {
  readonly #cache: ObjectCache
  /** The device's address as in the configuration. */
  readonly #address: string

  constructor(cache: ObjectCache, address: string) {
    this.#cache = cache
    this.#address = address
  }

  /** What is known without asking. */
  known(object: ObjectId): ObjectInfo | undefined {
    return this.#cache.get(this.#address, object)
  }

  /**
   * Reads what is not known or no longer fresh; what has been read is kept even if a later request fails. What cannot be read is
   * given to `onMissing`, unless something older is known.
   *
   * @throws {TimeoutError} if the device does not answer
   */
  async learn(
    session: DeviceSession,
    objects: readonly ObjectId[],
    vendor: number | undefined,
    signal: AbortSignal,
    onMissing: (object: ObjectId, error: Error) => void = () => {},
  ): Promise<void> {
    const requests = objects
      .filter((object) => !isFresh(this.known(object)))
      .map((object) => ({ object, properties: propertiesOf(object, vendor) }))
    await session.readInfos(requests, signal, (object, results) => {
      const name = results.get(property.objectName)
      if (name instanceof Error) {
        if (this.known(object) === undefined) onMissing(object, name)
      } else {
        this.#cache.set(this.#address, object, infoOf(results))
      }
    })
  }
}

function isFresh(info: ObjectInfo | undefined): boolean {
  return info?.readAt !== undefined && Date.now() - Date.parse(info.readAt) < FRESH_MS
}

function propertiesOf({ type }: ObjectId, vendor: number | undefined): number[] {
  const { objectName, description, units, vendorName } = property
  if (type === DEVICE_TYPE) return [objectName, description]
  return vendor === VENDOR_WITH_LONG_NAMES
    ? [objectName, description, units, vendorName]
    : [objectName, description, units]
}

function infoOf(results: ObjectResults): ObjectInfo {
  const texts = {
    objectName: textOf(results.get(property.objectName)),
    description: textOf(results.get(property.description)) ?? "",
    "3000": textOf(results.get(property.vendorName)),
    units: labelOf(results.get(property.units)),
  }
  const known = Object.entries(texts).filter(([, text]) => text !== undefined)
  return { ...Object.fromEntries(known), readAt: new Date().toISOString() }
}

function labelOf(unit: PropertyResult | undefined): string | undefined {
  try {
    return unitLabel(numberOf(unit))
  } catch {
    return undefined
  }
}

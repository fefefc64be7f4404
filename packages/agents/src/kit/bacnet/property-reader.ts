import { ASN1_ARRAY_ALL } from "@bacnet-js/client"
import type { DeviceLink } from "./link.js"
import { type ObjectId, printObject } from "./names.js"
import { type AppValue, type PropertyResult, resultOf } from "./present-value.js"
import { BacnetRefusal } from "./refusal.js"

/** Properties of an object that are wanted. */
export interface PropertyRequest {
  readonly object: ObjectId
  readonly properties: readonly number[]
}

/** What came of a request, by property. */
export type ObjectResults = ReadonlyMap<number, PropertyResult>

/** What one request may ask for. */
interface Reference {
  readonly object: ObjectId
  readonly properties: readonly { readonly id: number; readonly index: number }[]
}

/**
 * Reads properties of a device's objects: many with a request, in portions that the device can answer.
 *
 * A device that says that it was too much is asked for half from then on; one that does not know ReadPropertyMultiple is asked for
 * one property at a time; objects that spoil the answer for all others are asked on their own.
 */
export class PropertyReader {
  readonly #link: DeviceLink
  /** Properties that one request may ask for, by what has been learnt. */
  #most = Number.POSITIVE_INFINITY
  #knowsMultiple = true
  readonly #loners = new Set<string>()

  constructor(link: DeviceLink) {
    this.#link = link
  }

  /**
   * The results of all requests, in their order; `portion` objects at a time. A property that cannot be read has its error as
   * result.
   *
   * @throws {TimeoutError} if the device does not answer; {DataError} `bacnet-answer` for garbage; the signal's reason
   */
  async read(requests: readonly PropertyRequest[], portion: number, signal: AbortSignal): Promise<ObjectResults[]> {
    const references = requests.map(({ object, properties }) => ({
      object,
      properties: properties.map((id) => ({ id, index: ASN1_ARRAY_ALL })),
    }))
    const isLoner = ({ object }: Reference) => this.#loners.has(printObject(object))
    const results = new Map<Reference, readonly PropertyResult[]>()
    for (const some of portionsOf(
      references.filter((one) => !isLoner(one)),
      portion,
      this.#most,
    ))
      await this.#readSome(some, results, signal)
    for (const one of references.filter(isLoner)) await this.#readSome([one], results, signal)
    return references.map((reference) => byProperty(reference, results.get(reference) ?? []))
  }

  /** One property, or one element of it. */
  async readOne(object: ObjectId, id: number, signal: AbortSignal, index = ASN1_ARRAY_ALL): Promise<PropertyResult> {
    try {
      const answer = await this.#link.request(signal, (client, { receiver, options }) =>
        client.readProperty(receiver, object, id, { ...options, arrayIndex: index }),
      )
      return resultOf(answer.values as readonly AppValue[])
    } catch (error) {
      if (error instanceof BacnetRefusal) return error
      throw error
    }
  }

  /** Elements of a property that is a list, counted from 1. */
  async readElements(
    object: ObjectId,
    id: number,
    indexes: readonly number[],
    signal: AbortSignal,
  ): Promise<PropertyResult[]> {
    const reference = { object, properties: indexes.map((index) => ({ id, index })) }
    const results = new Map<Reference, readonly PropertyResult[]>()
    await this.#readSome([reference], results, signal)
    return [...(results.get(reference) ?? [])]
  }

  async #readSome(
    some: readonly Reference[],
    results: Map<Reference, readonly PropertyResult[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const [first] = some
    if (first === undefined) return
    if (!this.#knowsMultiple || isSingle(some)) return this.#readEach(some, results, signal)
    try {
      const answers = await this.#request(some, signal)
      some.forEach((reference, i) => {
        results.set(reference, answers[i] ?? [])
      })
    } catch (error) {
      if (!(error instanceof BacnetRefusal)) throw error
      this.#learn(error, some)
      if (some.length === 1 || !this.#knowsMultiple) return this.#readEach(some, results, signal)
      const half = Math.ceil(some.length / 2)
      await this.#readSome(some.slice(0, half), results, signal)
      await this.#readSome(some.slice(half), results, signal)
    }
  }

  #learn(refusal: BacnetRefusal, some: readonly Reference[]): void {
    if (refusal.isUnknownService) this.#knowsMultiple = false
    else if (refusal.isTooMuch) this.#most = Math.max(1, Math.floor(countOf(some) / 2))
    else if (some.length === 1 && some[0] !== undefined) this.#loners.add(printObject(some[0].object))
  }

  async #readEach(
    some: readonly Reference[],
    results: Map<Reference, readonly PropertyResult[]>,
    signal: AbortSignal,
  ): Promise<void> {
    for (const reference of some) {
      const values: PropertyResult[] = []
      for (const { id, index } of reference.properties)
        values.push(await this.readOne(reference.object, id, signal, index))
      results.set(reference, values)
    }
  }

  /** Results in the order of what was asked for; what the answer lacks is an error. */
  async #request(some: readonly Reference[], signal: AbortSignal): Promise<PropertyResult[][]> {
    const { values } = await this.#link.request(signal, (client, { receiver, options }) =>
      client.readPropertyMultiple(
        receiver,
        some.map(({ object, properties }) => ({ objectId: object, properties: [...properties] })),
        options,
      ),
    )
    const found = new Map<string, PropertyResult>()
    for (const { objectId, values: properties } of values) {
      for (const { id, index, value } of properties)
        found.set(keyOf(objectId, id, index), resultOf(value as readonly AppValue[]))
    }
    return some.map(({ object, properties }) =>
      properties.map(
        ({ id, index }) => found.get(keyOf(object, id, index)) ?? new Error("the device has left it out of its answer"),
      ),
    )
  }
}

function keyOf({ type, instance }: ObjectId, id: number, index: number): string {
  return `${type}:${instance}:${id}:${index}`
}

function isSingle(some: readonly Reference[]): boolean {
  return countOf(some) === 1
}

function countOf(some: readonly Reference[]): number {
  return some.reduce((sum, { properties }) => sum + properties.length, 0)
}

/** At most `portion` objects, and `most` properties unless one object alone has more. */
function* portionsOf(references: readonly Reference[], portion: number, most: number): Generator<Reference[]> {
  let some: Reference[] = []
  for (const reference of references) {
    const isFull = some.length >= portion || countOf([...some, reference]) > most
    if (some.length > 0 && isFull) {
      yield some
      some = []
    }
    some.push(reference)
  }
  if (some.length > 0) yield some
}

function byProperty({ properties }: Reference, results: readonly PropertyResult[]): ObjectResults {
  return new Map(properties.map(({ id }, i) => [id, results[i] ?? new Error("not read")]))
}

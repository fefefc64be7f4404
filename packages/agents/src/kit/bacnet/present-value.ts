import { ApplicationTag } from "@bacnet-js/client"
import { DataError } from "@metricq/client"
import { BacnetRefusal } from "./refusal.js"

/** A value as the library decodes it. */
export interface AppValue {
  readonly type: number
  readonly value: unknown
}

/** What reading a property gave. */
export type PropertyResult = readonly AppValue[] | Error

/** The type that the library gives to errors of single properties. */
const PROPERTY_ERROR = 105

/**
 * The number that a property holds: of a Boolean 1 or 0, of an enumeration its number.
 *
 * @throws the error of the property; {DataError} `bacnet-value` if it holds no number
 */
export function numberOf(result: PropertyResult | undefined): number {
  if (result instanceof Error) throw result
  const [first] = result ?? []
  if (typeof first?.value === "number") return first.value
  if (typeof first?.value === "boolean") return Number(first.value)
  const kind = first === undefined ? "nothing" : (ApplicationTag[first.type] ?? `type ${first.type}`)
  throw new DataError("bacnet-value", `expected a number, got ${kind.toLowerCase().replaceAll("_", " ")}`)
}

/** The text that a property holds; `undefined` if there is none. */
export function textOf(result: PropertyResult | undefined): string | undefined {
  if (result === undefined || result instanceof Error) return undefined
  const [first] = result
  return typeof first?.value === "string" ? first.value : undefined
}

/** What the library has decoded, or the error that stands in its place. */
export function resultOf(values: readonly AppValue[]): PropertyResult {
  const [first] = values
  if (first?.type !== PROPERTY_ERROR) return values
  const { errorClass = 0, errorCode = 0 } = first.value as { errorClass?: number; errorCode?: number }
  return new BacnetRefusal("error", errorCode, errorClass)
}

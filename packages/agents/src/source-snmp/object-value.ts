import { DataError, type Timestamp } from "@metricq/client"
import snmp, { type Varbind } from "net-snmp"
import { CounterRate } from "../kit/values/counter-rate.js"
import { TextValue } from "../kit/values/text-value.js"
import type { SnmpObjectConfig } from "./config.js"

type Settings = Pick<
  SnmpObjectConfig,
  "regex" | "json" | "map" | "scale" | "offset" | "multiplier" | "absolute" | "rate"
>

/** Reads the number of a metric from what a host answers. */
export class ObjectValue {
  readonly #settings: Settings
  readonly #text: TextValue | undefined
  #counter: CounterRate | undefined

  constructor(settings: Settings) {
    this.#settings = settings
    const { regex, json, map } = settings
    this.#text = (regex ?? json ?? map) ? new TextValue({ regex, json, map }) : undefined
  }

  /**
   * The number of an answer that came at `time`; `undefined` for a counter that has no rate yet.
   *
   * @throws {DataError} `no-value` if there is no such object, or it is no number
   */
  read(varbind: Varbind, time: Timestamp): number | undefined {
    const { multiplier = 1, scale = 1, offset = 0, absolute, rate } = this.#settings
    const value = rate ? this.#rate(varbind, time) : this.#number(contentOf(varbind))
    if (value === undefined) return undefined
    const scaled = value * multiplier * scale + offset
    return absolute ? Math.abs(scaled) : scaled
  }

  /** The host has begun to count anew. */
  reset(): void {
    this.#counter = undefined
  }

  #rate(varbind: Varbind, time: Timestamp): number | undefined {
    const content = contentOf(varbind)
    const count = typeof content === "string" ? this.#number(content) : content
    // Only counters of 32 bits run over: one of 64 that goes down has been set back.
    this.#counter ??= new CounterRate(varbind.type === snmp.ObjectType.Counter ? { modulus: 2 ** 32 } : {})
    return this.#counter.next(count, time)
  }

  #number(content: number | bigint | string): number {
    if (this.#text !== undefined) return this.#text.read(String(content))
    return typeof content === "string" ? plainText.read(content) : Number(content)
  }
}

const plainText = new TextValue({})

/**
 * What is in an answer: a number, a bigint for counters of 64 bits, or a text.
 *
 * @throws {DataError} `no-value`
 */
export function contentOf({ type, value }: Varbind): number | bigint | string {
  if (typeof value === "number") return value
  if (typeof value === "boolean") return Number(value)
  if (typeof value === "string") return value
  if (!Buffer.isBuffer(value)) throw new DataError("no-value", missing(type))
  if (type === snmp.ObjectType.Counter64) return BigInt(`0x${value.toString("hex") || "0"}`)
  return type === snmp.ObjectType.Opaque ? opaqueNumber(value) : value.toString("utf8")
}

/** Floats of Net-SNMP: a tag of two bytes, the length, and an IEEE 754 number. */
function opaqueNumber(bytes: Buffer): number {
  if (bytes[0] === 0x9f && bytes[1] === 0x78 && bytes[2] === 4 && bytes.length === 7) return bytes.readFloatBE(3)
  if (bytes[0] === 0x9f && bytes[1] === 0x79 && bytes[2] === 8 && bytes.length === 11) return bytes.readDoubleBE(3)
  throw new DataError("no-value", "the opaque value is no number")
}

function missing(type: number | undefined): string {
  return type === undefined || type === snmp.ObjectType.Null
    ? "the object has no value"
    : `the host has no such object (${snmp.ObjectType[type] ?? type})`
}

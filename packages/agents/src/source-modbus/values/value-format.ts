import { DataError } from "@metricq/client"
import { TextValue } from "../../kit/values/text-value.js"

/** How numbers lie in registers, and how many of these each takes; texts are as long as is said. */
export const valueTypes = [
  "bool",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
  "string",
] as const

export type ValueType = (typeof valueTypes)[number]

/** In which order the registers of a value, or the two bytes of a register, come. */
export type Order = "big" | "little"

export interface ValueSettings {
  readonly type: ValueType
  /** Most significant register first is `big`. */
  readonly wordOrder: Order
  /** Most significant byte of a register first is `big`. */
  readonly byteOrder: Order
  /** Bytes of a text. */
  readonly size?: number | undefined
  /** Only this bit, from 0, the least significant. */
  readonly bit?: number | undefined
  /** Only these bits, shifted down by `shift`. */
  readonly mask?: bigint | undefined
  readonly shift?: number | undefined
  /** Numbers for what is read. */
  readonly map?: Readonly<Record<string, number>> | undefined
  readonly scale?: number | undefined
  readonly offset?: number | undefined
}

const bits: Readonly<Record<Exclude<ValueType, "string">, number>> = {
  bool: 16,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
  int64: 64,
  uint64: 64,
  float32: 32,
  float64: 64,
}

/** Registers that a value takes. */
export function registersOf({ type, size = 2 }: Pick<ValueSettings, "type" | "size">): number {
  return type === "string" ? size / 2 : bits[type] / 16
}

/** Whether single bits of a value can be had. */
export function hasBits(type: ValueType): boolean {
  return type !== "string" && !type.startsWith("float")
}

/** Reads a value from the data of registers. */
export class ValueFormat {
  readonly #settings: ValueSettings
  readonly #text: TextValue
  readonly #bytes: number

  constructor(settings: ValueSettings) {
    this.#settings = settings
    const { map, scale, offset } = settings
    this.#text = new TextValue({ map, scale, offset })
    this.#bytes = 2 * registersOf(settings)
  }

  /**
   * The value that begins at byte `at` of `data`, which is not changed. Integers above 2^53 are rounded.
   *
   * @throws {DataError} `no-value` for what `map` has no number for, and texts that are no number
   */
  read(data: Buffer, at: number): number {
    const { type } = this.#settings
    const bytes = this.#ordered(data.subarray(at, at + this.#bytes))
    return type === "string" ? this.#text.of(textOf(bytes)) : this.scaled(this.#picked(numberOf(type, bytes)))
  }

  /** The value that a number in a register stands for: mapped, scaled, moved. Throws as {@link ValueFormat.read}. */
  scaled(raw: number | bigint): number {
    const { map, scale = 1, offset = 0 } = this.#settings
    if (map === undefined) return Number(raw) * scale + offset
    const mapped = map[String(raw)]
    if (mapped === undefined) throw new DataError("no-value", `map has no number for ${raw}`)
    return mapped * scale + offset
  }

  /** The bytes, the most significant first. */
  #ordered(bytes: Buffer): Buffer {
    const { wordOrder, byteOrder, type } = this.#settings
    const isReversed = wordOrder === "little" && type !== "string"
    if (!isReversed && byteOrder === "big") return bytes
    const ordered = Buffer.from(bytes)
    if (byteOrder === "little") ordered.swap16()
    // All bytes backwards, and the two of each register forwards again.
    return isReversed ? ordered.reverse().swap16() : ordered
  }

  #picked(raw: number | bigint): number | bigint {
    const { type, bit, mask, shift = 0 } = this.#settings
    if (bit === undefined && mask === undefined) return type === "bool" ? Number(raw !== 0) : raw
    const unsigned = BigInt.asUintN(8 * this.#bytes, BigInt(raw))
    if (bit !== undefined) return Number((unsigned >> BigInt(bit)) & 1n)
    return (unsigned & (mask ?? 0n)) >> BigInt(shift)
  }
}

/** The value of a coil or discrete input: 0 or 1. */
export function bitAt(data: Buffer, index: number): number {
  return ((data[index >> 3] ?? 0) >> (index & 7)) & 1
}

/** A text in registers: up to the first NUL, without what is not ASCII, and without blanks around it. */
export function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  const text = bytes.subarray(0, end < 0 ? bytes.length : end).filter((byte) => byte < 0x80)
  return Buffer.from(text).toString("latin1").trim()
}

function numberOf(type: Exclude<ValueType, "string">, bytes: Buffer): number | bigint {
  switch (type) {
    case "bool":
    case "uint16":
      return bytes.readUInt16BE()
    case "int16":
      return bytes.readInt16BE()
    case "int32":
      return bytes.readInt32BE()
    case "uint32":
      return bytes.readUInt32BE()
    case "int64":
      return bytes.readBigInt64BE()
    case "uint64":
      return bytes.readBigUInt64BE()
    case "float32":
      return bytes.readFloatBE()
    case "float64":
      return bytes.readDoubleBE()
  }
}

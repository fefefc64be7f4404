import { runsOf } from "./register-scan.js"

/** What registers may mean. */
export interface Guess {
  readonly type: "float32" | "uint16" | "string"
  readonly address: number
  /** Registers. */
  readonly count: number
}

/** So many registers of nothing but printable characters are a text. */
const TEXT_REGISTERS = 4
const MAX_TEXT_REGISTERS = 125
/** Measured values are rarely smaller, or larger; two integers taken for a float nearly always are. */
const SMALLEST = 1e-4
const LARGEST = 1e9

/**
 * What values may stand in registers, which are given ascending: texts, then pairs that make a float32 of usual size, else single
 * integers. Zeros after a float are a float, too.
 */
export function guessValues(registers: ReadonlyMap<number, number>): Guess[] {
  return runsOf(registers.keys(), Number.POSITIVE_INFINITY).flatMap(({ address, count }) =>
    guessRun(
      Array.from({ length: count }, (_, i) => registers.get(address + i) ?? 0),
      address,
    ),
  )
}

function guessRun(values: readonly number[], address: number): Guess[] {
  const guesses: Guess[] = []
  for (let i = 0; i < values.length; ) {
    const letters = Math.min(textLength(values, i), MAX_TEXT_REGISTERS)
    const isText = letters >= TEXT_REGISTERS
    const count = isText ? letters : isFloat(values, i, guesses.at(-1)) ? 2 : 1
    const type = isText ? "string" : count === 2 ? "float32" : "uint16"
    guesses.push({ type, address: address + i, count })
    i += count
  }
  return guesses
}

function textLength(values: readonly number[], begin: number): number {
  let end = begin
  while (end < values.length && isPrintable((values[end] ?? 0) >> 8) && isPrintable((values[end] ?? 0) & 0xff)) end += 1
  // The last character may stand alone, before a NUL.
  const last = values[end] ?? 0
  return end > begin && (last & 0xff) === 0 && isPrintable(last >> 8) ? end + 1 - begin : end - begin
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f
}

function isFloat(values: readonly number[], at: number, before: Guess | undefined): boolean {
  const [high, low] = [values[at], values[at + 1]]
  if (high === undefined || low === undefined) return false
  if (high === 0 && low === 0) return before?.type === "float32"
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16BE(high)
  bytes.writeUInt16BE(low, 2)
  const size = Math.abs(bytes.readFloatBE())
  return size >= SMALLEST && size <= LARGEST
}

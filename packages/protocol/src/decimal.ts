import { DataError } from "./errors.js"

/** A decimal number without rounding: `digits / 10 ** places`. */
export interface Decimal {
  readonly digits: bigint
  readonly places: number
}

const DECIMAL = /^([+-]?)(\d+)(?:[.,](\d+))?(?:[eE]([+-]?\d+))?$/

/** Digits beyond these, and larger exponents, cannot matter to an int64 and are not worth a bigint of their size. */
const MAX_TEXT = 400
const MAX_EXPONENT = 400

/** Read `[+-]digits[.digits][e[+-]digits]`, comma allowed as decimal mark; `undefined` if `text` is something else or absurdly long. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = text.length <= MAX_TEXT ? DECIMAL.exec(text) : null
  if (!match) return undefined
  const [, sign, whole, fraction = "", exponentText = "0"] = match
  const exponent = Number(exponentText)
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined
  const magnitude = BigInt(whole + fraction)
  const digits = sign === "-" ? -magnitude : magnitude
  const places = fraction.length - exponent
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 }
}

/**
 * The decimal number a double prints as, which is what its author wrote: 0.1 is one tenth.
 *
 * @throws {DataError} `number` for NaN and infinities
 */
export function decimalOf(value: number, what: string): Decimal {
  const decimal = Number.isFinite(value) ? parseDecimal(String(value)) : undefined
  if (!decimal) throw new DataError("number", `${what} must be a finite number, not ${String(value)}`)
  return decimal
}

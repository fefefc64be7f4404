import { InvalidArgumentError } from "commander"

/** A TCP port, 0 to 65535; 0 asks for any free one. */
export function parsePort(text: string): number {
  const port = parseWhole(text)
  if (port > 65535) throw new InvalidArgumentError("Expected a port, 0 to 65535.")
  return port
}

/** A number of things, 1 or more. */
export function parseCount(text: string): number {
  const count = parseWhole(text)
  if (count === 0) throw new InvalidArgumentError("Expected a whole number, 1 or more.")
  return count
}

function parseWhole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.")
  return Number(text)
}

/** A measured value: a number as JavaScript writes it, or NaN, inf, Infinity with an optional sign. */
export function parseValue(text: string): number {
  if (/^\s*nan\s*$/i.test(text)) return Number.NaN
  const infinite = /^\s*([+-]?)inf(inity)?\s*$/i.exec(text)
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) throw new InvalidArgumentError("Expected a number.")
  return Number(text)
}

/** Gathers the values of an option that can be given more than once. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value]
}

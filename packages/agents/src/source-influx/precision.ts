import { z } from "zod"

/** The unit of times in lines. */
export interface Precision {
  readonly ns: bigint
}

const nanoseconds: Precision = { ns: 1n }
const microseconds: Precision = { ns: 1000n }

const precisions: ReadonlyMap<string, Precision> = new Map([
  ["ns", nanoseconds],
  ["n", nanoseconds],
  ["us", microseconds],
  ["u", microseconds],
  ["ms", { ns: 1_000_000n }],
  ["s", { ns: 1_000_000_000n }],
  ["m", { ns: 60_000_000_000n }],
  ["h", { ns: 3_600_000_000_000n }],
])

/** The precision of this name, as Influx has them; `undefined` if there is none. */
export function precisionOf(name: string): Precision | undefined {
  return precisions.get(name)
}

/** A precision in a configuration. */
export const precisionName = z.enum(["ns", "us", "ms", "s", "m", "h"])

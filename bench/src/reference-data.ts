import type { Columns } from "@metricq/protocol"

/**
 * The reference data set: an electrical power at 10 Hz with two decimals, a slow step and noise of eleven bits. Every figure about storing is
 * of it, so that they can be compared.
 *
 * Variants: `jittered` has up to a millisecond more on each time; `inexact` has values that were computed in another order, so that they are
 * not always the double nearest to two decimals; `minutely` has one point a minute.
 */
export type Variant = "reference" | "jittered" | "inexact" | "minutely"

export const BEGIN_NS = 1_600_000_000_000_000_000n
export const STEP_NS = 100_000_000

/** Points made at once, so that the time since the first of them is an exact double. */
const STRETCH = 100_000
const MINUTE_NS = 60_000_000_000
const TWO_32 = 2 ** 32

/** Name of metric `number`. */
export function referenceName(number: number): string {
  return `elab.node${number}.power`
}

/** `count` points of metric `metric` from point `from` on. */
export function referencePoints(metric: number, from: number, count: number, variant: Variant = "reference"): Columns {
  const times = new BigInt64Array(count)
  const values = new Float64Array(count)
  for (let done = 0; done < count; done += STRETCH) {
    const length = Math.min(STRETCH, count - done)
    const part = { times: times.subarray(done, done + length), values: values.subarray(done, done + length) }
    fill(part, metric, from + done, variant)
  }
  return { times, values }
}

function fill({ times, values }: Columns, metric: number, from: number, variant: Variant): void {
  const stepNs = variant === "minutely" ? MINUTE_NS : STEP_NS
  const baseNs = BEGIN_NS + BigInt(from) * BigInt(stepNs)
  const words = new Uint32Array(times.buffer, times.byteOffset, 2 * times.length) // little-endian, as all that runs Node
  const baseLow = Number(baseNs & 0xffff_ffffn)
  const baseHigh = Number(baseNs >> 32n)
  for (let k = 0; k < times.length; k++) {
    const i = from + k
    const x = noise(i, metric)
    const low = baseLow + k * stepNs + (variant === "jittered" ? x % 1_000_000 : 0)
    words[2 * k] = low % TWO_32
    words[2 * k + 1] = baseHigh + Math.floor(low / TWO_32)
    const step = Math.floor(i / 1000) % 200
    values[k] = variant === "inexact" ? 100 + step + (x % 2000) / 100 : (10_000 + 100 * step + (x % 2000)) / 100
  }
}

function noise(i: number, metric: number): number {
  let x = (Math.imul(i, 2654435761) + Math.imul(metric, 40503)) >>> 0
  x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0
  return (x ^ (x >>> 13)) >>> 0
}

/** Marks on an axis of values: multiples of `step`, from the lowest up. */
export interface ValueTicks {
  readonly step: number
  readonly values: readonly number[]
}

const MANTISSAS = [1, 2, 5, 10]

/**
 * At most `most` (1 or more) round numbers between `low` and `high`, both included: multiples of 1, 2 or 5 times a power of ten.
 *
 * `low` must be below `high`, both finite, and the distance of marks not below 1e-300.
 */
export function valueTicks(low: number, high: number, most: number): ValueTicks {
  // Halved first, so that the distance of the largest doubles does not overflow.
  const rough = (high / 2 - low / 2) / Math.max(1, most) / 0.5
  let exponent = Math.floor(Math.log10(rough))
  for (;;) {
    for (const mantissa of MANTISSAS) {
      const step = Number(`${mantissa}e${exponent}`)
      const first = Math.ceil(low / step)
      const count = Math.floor(high / step) - first + 1
      if (count <= most) return { step, values: multiples(first, count, mantissa, exponent) }
    }
    exponent += 1
  }
}

/** Multiples as the doubles nearest to their decimal text: 3 · 0.1 is 0.3. */
function multiples(first: number, count: number, mantissa: number, exponent: number): number[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(`${(first + index) * mantissa}e${exponent}`))
}

/** A mark as text, with the digits that tell it from its neighbours. */
export function tickLabel(value: number, step: number): string {
  if (value === 0) return "0"
  const size = Math.max(Math.abs(value), step)
  if (size >= 1e7 || step < 1e-5) return exponential(value, step)
  return value.toFixed(decimalsOf(step))
}

function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
}

function exponential(value: number, step: number): string {
  const digits = Math.floor(Math.log10(Math.abs(value)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9)
  return value.toExponential(Math.min(15, Math.max(0, digits))).replace("e+", "e")
}

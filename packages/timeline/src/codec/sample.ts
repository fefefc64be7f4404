const STRETCHES = 6

/** How many neighbours make a stretch. */
export const STRETCH = 16

/** Values that stand for all of a column: stretches of neighbours, one after the other. A column of no more than 96 is its own sample. */
export interface Sample {
  readonly values: Float64Array
  readonly length: number
}

const buffer = new Float64Array(STRETCHES * STRETCH)

/** Take a sample; it is valid until the next. */
export function takeSample(values: Float64Array): Sample {
  const count = values.length
  if (count <= buffer.length) {
    buffer.set(values)
    return { values: buffer, length: count }
  }
  for (let i = 0; i < STRETCHES; i++) {
    const start = Math.floor((i * (count - STRETCH)) / (STRETCHES - 1))
    for (let k = 0; k < STRETCH; k++) buffer[i * STRETCH + k] = values[start + k]!
  }
  return { values: buffer, length: buffer.length }
}

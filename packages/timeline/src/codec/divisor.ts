/** So many numbers are looked at before all are. */
const SAMPLES = 16

/** The greatest number that divides the distances of all whole numbers from the first one; 1 or less if there is none above 1. */
export function greatestDivisor(numbers: Float64Array, count: number): number {
  const first = numbers[0]!
  let divisor = 0
  const step = Math.max(1, Math.floor(count / SAMPLES))
  for (let i = step; i < count && divisor !== 1; i += step) divisor = common(divisor, Math.abs(numbers[i]! - first))
  for (let i = 1; i < count && divisor !== 1; i++) {
    const distance = numbers[i]! - first
    // Division is exact only for multiples; a rounded quotient does not give the distance back.
    const quotient = Math.round(distance / divisor)
    if (quotient * divisor !== distance) divisor = common(divisor, Math.abs(distance))
  }
  return divisor
}

function common(a: number, b: number): number {
  let larger = a
  let smaller = b
  while (smaller !== 0) {
    const rest = larger % smaller
    larger = smaller
    smaller = rest
  }
  return larger
}

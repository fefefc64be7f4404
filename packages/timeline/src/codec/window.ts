import { bitLength } from "./bit-packing.js"

/**
 * What a mini-block packs: numbers from `reference` on that differ in the low `width` bits. `outside` numbers lie beyond and need an
 * exception each.
 */
export interface Window {
  reference: number
  width: number
  outside: number
}

const LIMIT = 2 ** 53

const LENGTHS = 55
const aboveMinimum = new Int32Array(LENGTHS)
const belowMaximum = new Int32Array(LENGTHS)
const aroundCentre = new Int32Array(LENGTHS)

/**
 * Find the window that makes the fewest bits of `count` whole numbers, exceptions included; their range must be below 2^53.
 *
 * Three kinds are looked at: all above the minimum, all below the maximum, and those around the centre; for each the exponents of the
 * distances tell how many numbers a narrower window would leave outside.
 */
export function chooseWindow(numbers: Float64Array, start: number, count: number, window: Window): void {
  const end = start + count
  let minimum = numbers[start]!
  let maximum = minimum
  for (let i = start + 1; i < end; i++) {
    const number = numbers[i]!
    if (number < minimum) minimum = number
    if (number > maximum) maximum = number
  }
  const width = bitLength(maximum - minimum)
  window.reference = minimum
  window.width = width
  window.outside = 0
  if (width === 0) return

  const centre = numbers[start + (count >>> 1)]!
  aboveMinimum.fill(0)
  belowMaximum.fill(0)
  aroundCentre.fill(0)
  for (let i = start; i < end; i++) {
    const number = numbers[i]!
    aboveMinimum[bitLength(number - minimum)]!++
    belowMaximum[bitLength(maximum - number)]!++
    aroundCentre[bitLength(Math.abs(number - centre))]!++
  }
  let best = count * width
  for (let narrow = width - 1, above = 0, below = 0, around = 0; narrow >= 0; narrow--) {
    above += aboveMinimum[narrow + 1]!
    below += belowMaximum[narrow + 1]!
    around += aroundCentre[narrow + 1]!
    const packed = count * narrow
    const each = exceptionBits(width - narrow)
    if (packed + above * each < best) {
      best = packed + above * each
      window.reference = minimum
      window.width = narrow
      window.outside = above
    }
    if (packed + below * each < best) {
      best = packed + below * each
      window.reference = maximum - 2 ** narrow + 1
      window.width = narrow
      window.outside = below
    }
    // Less than `2^narrow` away on either side takes a bit more than that, but less than one away takes none.
    const centred = narrow === 0 ? 0 : packed + count
    if (centred + around * each < best) best = tryCentre(numbers, start, end, centre, narrow, width, best, window)
  }
}

/** Bits of an exception in a range so many bits wider than the window: close ones take little more than a byte. */
function exceptionBits(excess: number): number {
  return excess <= 2 ? 10 : 12 + 8 * Math.ceil((excess + 1) / 7)
}

/** Fit a window closely round the numbers less than `2^reach` from the centre; take it if it needs fewer than `best` bits. */
function tryCentre(
  numbers: Float64Array,
  start: number,
  end: number,
  centre: number,
  reach: number,
  widest: number,
  best: number,
  window: Window,
): number {
  const limit = 2 ** reach
  let minimum = centre
  let maximum = centre
  for (let i = start; i < end; i++) {
    const number = numbers[i]!
    if (Math.abs(number - centre) >= limit) continue
    if (number < minimum) minimum = number
    if (number > maximum) maximum = number
  }
  const width = bitLength(maximum - minimum)
  const size = 2 ** width
  let outside = 0
  for (let i = start; i < end; i++) {
    const distance = numbers[i]! - minimum
    if (distance < 0 || distance >= size) outside++
  }
  const bits = (end - start) * width + outside * exceptionBits(widest - width)
  if (bits >= best) return best
  // No number of a window may reach 2^53, also none that is there for the low bits of an exception only: it would not be exact.
  window.reference = Math.min(minimum, LIMIT - size)
  window.width = width
  window.outside = outside
  return bits
}

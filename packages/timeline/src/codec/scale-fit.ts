import { bitLength } from "./bit-packing.js"
import { greatestDivisor } from "./divisor.js"
import { type Sample, STRETCH } from "./sample.js"
import { binary, decimals, MAX_BINARY, MAX_DECIMALS, nearestMultiple, type Scale } from "./scale.js"

/** The scale that makes the smallest whole numbers of sampled values. */
export interface ScaleFit {
  readonly kind: "decimal" | "binary"
  /** Places behind the point; below zero for multiples of tens. */
  readonly places: number
  /** Whether corrections of the last bits are written for values that are not the double nearest to their multiple. */
  readonly corrected: boolean
  /** Estimated bits of a value. */
  readonly bits: number
  /** Every value of the sample is a multiple. */
  readonly exact: boolean
}

/** A value may be so many doubles away from its multiple. */
export const MAX_CORRECTION = 4096

const MOST_TENS = 12

/** A value that is no multiple: eight bytes, and two for the place. */
const EXCEPTION_BITS = 80
/** A correction among many values that need none. */
const RARE_CORRECTION_BITS = 10

const multiples = new Float64Array(96)

/**
 * Find the decimal or binary places that fit a sample best.
 *
 * Numbers of decimal places are tried upwards until one fits without exceptions. The idea, to look for decimals on a sample and to patch the
 * others, is that of Afroozeh, Kuffó and Boncz, ALP: Adaptive Lossless Floating-Point Compression (SIGMOD 2024).
 */
export function fitScale(sample: Sample): ScaleFit {
  const whole = tryScale(sample, "decimal", 0)
  let best = whole
  // More places make larger multiples: once those alone take more than the best so far, there is nothing to be found.
  for (
    let places = 1, trial = whole;
    !trial.exact && trial.packedBits < best.bits && places <= MAX_DECIMALS;
    places++
  ) {
    trial = tryScale(sample, "decimal", places)
    if (trial.bits < best.bits) best = trial
  }
  if (best === whole && whole.corrected) best = tryTens(sample, whole)
  if (!best.exact) {
    const places = binaryPlaces(sample)
    const trial = places <= MAX_BINARY ? tryScale(sample, "binary", places) : best
    if (trial.bits < best.bits) best = trial
  }
  return best.exact ? inUnits(sample, best) : best
}

/** Multiples of tens that are met exactly need no fit: the column of whole numbers finds its unit. */
function tryTens(sample: Sample, whole: Trial): Trial {
  let best = whole
  for (let tens = 1; tens <= MOST_TENS; tens++) {
    const trial = tryScale(sample, "decimal", -tens)
    if (trial.bits >= best.bits) break
    best = trial
  }
  return best
}

interface Trial extends ScaleFit {
  /** Bits of a value without corrections and exceptions. */
  readonly packedBits: number
}

/** What a fit multiplies and divides by. */
export function scaleOf({ kind, places }: ScaleFit): Scale {
  return kind === "decimal" ? decimals(places) : binary(places)
}

function tryScale({ values, length }: Sample, kind: "decimal" | "binary", places: number): Trial {
  const scale = kind === "decimal" ? decimals(places) : binary(places)
  let others = 0
  let near = 0
  let furthest = 0
  let packedBits = 0
  for (let start = 0; start < length; start += STRETCH) {
    const end = Math.min(start + STRETCH, length)
    let found = 0
    for (let i = start; i < end; i++) {
      const value = values[i]!
      const multiple = nearestMultiple(value, scale)
      const doubles = Math.abs(value - multiple / scale.divisor) / (Math.abs(value) * Number.EPSILON)
      // Of 0 the distance is NaN, as for what is no number.
      if (doubles > 0 || (value !== 0 && Number.isNaN(doubles))) {
        if (!(doubles < MAX_CORRECTION / 4)) {
          others++
          continue
        }
        near++
        if (doubles > furthest) furthest = doubles
      }
      multiples[start + found++] = multiple / scale.unit
    }
    packedBits += stretchBits(start, start + found)
  }
  const corrections = Math.min(near * RARE_CORRECTION_BITS, length * bitLength(2 * Math.ceil(furthest)))
  const exactBits = (packedBits + (others + near) * EXCEPTION_BITS) / length
  const correctedBits = (packedBits + corrections + others * EXCEPTION_BITS) / length
  const corrected = kind === "decimal" && correctedBits < exactBits
  return {
    kind,
    places,
    corrected,
    bits: corrected ? correctedBits : exactBits,
    exact: others + near === 0,
    packedBits: packedBits / length,
  }
}

/** Bits that neighbours take as they are or as differences, whichever is less. */
function stretchBits(start: number, end: number): number {
  if (start === end) return 0
  let minimum = multiples[start]!
  let maximum = minimum
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let i = start + 1; i < end; i++) {
    const multiple = multiples[i]!
    const step = multiple - multiples[i - 1]!
    if (multiple < minimum) minimum = multiple
    if (multiple > maximum) maximum = multiple
    if (step < least) least = step
    if (step > most) most = step
  }
  const plain = bitLength(maximum - minimum)
  return (end - start) * (most < least ? plain : Math.min(plain, bitLength(most - least)))
}

/** Binary places that the values need, if any: most often those of single-precision numbers. */
function binaryPlaces({ values, length }: Sample): number {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * length)
  let most = 0
  for (let i = 0; i < length; i++) {
    const low = words[2 * i]!
    const high = words[2 * i + 1]!
    const exponent = ((high >>> 20) & 0x7ff) - 1023
    if (exponent === 1024 || values[i] === 0) continue
    // The first bit of the mantissa is not stored; whether it is of the exponent does not matter below it.
    const mantissa = high | 0x100000
    const zeros = low === 0 ? 63 - Math.clz32(mantissa & -mantissa) : 31 - Math.clz32(low & -low)
    most = Math.max(most, 52 - zeros - exponent)
  }
  return most
}

/** What the column of whole numbers will find on its own: that all are multiples of something larger. */
function inUnits({ values, length }: Sample, fit: ScaleFit): ScaleFit {
  const scale = scaleOf(fit)
  for (let i = 0; i < length; i++) multiples[i] = nearestMultiple(values[i]!, scale)
  const unit = greatestDivisor(multiples, length)
  return unit > 1 ? { ...fit, bits: Math.max(0, fit.bits - Math.log2(unit)) } : fit
}

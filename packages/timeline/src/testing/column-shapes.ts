/** Numbers from 0 below 1 that look random. */
export type Random = () => number

/** The same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const integer = (random: Random, below: number) => Math.floor(random() * below)

const special = [
  ...[0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE, -Number.MAX_VALUE],
  ...[Number.MIN_VALUE, -Number.MIN_VALUE, 2.2250738585072014e-308, 1.5e-310, Number.EPSILON, 0.1, -0.1, 1 / 3],
  ...[2 ** 51, 2 ** 51 + 1, 2 ** 52 - 1, 2 ** 52, 2 ** 53 - 1, -(2 ** 53), 2 ** 53 + 2, 1e15, 123456789012345.6, 1e22],
]

const words = new Uint32Array(2)
const float = new Float64Array(words.buffer)

function anyBits(random: Random): number {
  words[0] = integer(random, 2 ** 32)
  words[1] = integer(random, 2 ** 32)
  return float[0]!
}

/** What makes the values of a column, one after the other, by the kind of measurement that looks like it. */
export const valueShapes: Record<string, (random: Random) => (i: number) => number> = {
  constant: (random) => {
    const value = special[integer(random, special.length)]!
    return () => value
  },
  decimals: (random) => {
    const places = 10 ** integer(random, 8)
    return () => integer(random, 1e6) / places
  },
  "negative decimals": (random) => () => -integer(random, 2000) / 100,
  inexact: (random) => () => 100 + integer(random, 40) / 10 + integer(random, 2000) / 100,
  counter: (random) => {
    let total = integer(random, 1e9)
    return () => {
      total += integer(random, 1000)
      return total
    }
  },
  "counter that is reset": (random) => {
    let total = 0
    return () => {
      total = random() < 0.02 ? 0 : total + integer(random, 1e6)
      return total
    }
  },
  "bytes in pages": (random) => () => 4096 * integer(random, 1e7),
  tens: (random) => () => 1e6 * integer(random, 1e5) + (random() < 0.5 ? 2 ** -12 : 0),
  spikes: (random) => () => (random() < 0.05 ? (random() - 0.5) * 1e9 : integer(random, 100) / 10),
  walk: (random) => {
    let value = 0
    return () => {
      value += random() - 0.5
      return value
    }
  },
  "seldom changing": (random) => {
    let value = random()
    return () => {
      if (random() < 0.05) value = random()
      return value
    }
  },
  "single precision": (random) => () => Math.fround(100 * random() - 50),
  "narrow noise": (random) => () => 230 + random() + random() * 1e-9,
  ratio: (random) => () => integer(random, 30) / (37 + integer(random, 4)),
  gaps: (random) => () => (random() < 0.1 ? Number.NaN : integer(random, 100) / 10),
  "signed zeros": (random) => () => (random() < 0.5 ? 0 : -0),
  "large integers": (random) => () => Math.round((random() - 0.5) * 2 ** 54),
  special: (random) => () => special[integer(random, special.length)]!,
  "decimals and special": (random) => () =>
    random() < 0.1 ? special[integer(random, special.length)]! : integer(random, 1000) / 100,
  "any bits": (random) => () => anyBits(random),
  tiny: (random) => () => integer(random, 1000) * Number.MIN_VALUE,
}

/** What makes the steps between the times of a column. */
export const stepShapes: Record<string, (random: Random) => (i: number) => number> = {
  fixed: (random) => {
    const step = 1 + integer(random, 1e9)
    return () => step
  },
  jittered: (random) => {
    let before = 0
    return () => {
      const jitter = integer(random, 1e6)
      const step = 1e8 + jitter - before
      before = jitter
      return step
    }
  },
  milliseconds: (random) => () => 1e6 * (333 + integer(random, 2)),
  gaps: (random) => () => (random() < 0.05 ? 1e8 * (2 + integer(random, 1000)) : 1e8),
  irregular: (random) => () => 1 + Math.floor(1e9 * random() ** 8),
  bursts: () => (i) => (i % 10 === 0 ? 991e6 : 1e6),
  ones: () => () => 1,
  wide: (random) => () => 1 + integer(random, 2 ** 36),
}

/** A column of `count` values. */
export function shapedValues(shape: string, seed: number, count: number): Float64Array {
  const next = valueShapes[shape]!(randomFrom(seed))
  return Float64Array.from({ length: count }, (_, i) => next(i))
}

/** A column of `count` offsets that start at `first`. */
export function shapedOffsets(shape: string, seed: number, count: number, first = 0): Float64Array {
  const next = stepShapes[shape]!(randomFrom(seed))
  const offsets = new Float64Array(count)
  for (let i = 0, at = first; i < count; i++, at += next(i)) offsets[i] = at
  return offsets
}

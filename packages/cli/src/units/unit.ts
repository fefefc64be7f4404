/** A unit taken apart: kW is 1000 times W. */
export interface Unit {
  /** Without a prefix. */
  readonly symbol: string
  /** What the prefix stands for, a power of ten. */
  readonly factor: number
}

const PREFIXES: readonly [prefix: string, exponent: number][] = [
  ["n", -9],
  ["µ", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
]
/** Other spellings of a prefix: the Greek letter, and what a keyboard has. */
const SPELLINGS: Readonly<Record<string, string>> = { μ: "µ", u: "µ", K: "k" }

/** Units that take prefixes; others stand as they are. */
const SYMBOL = /^(?:W|Wh|J|Ws|VA|var|V|A|Ah|C|Hz|B|bit|Pa|N|Ω)(?:\/s)?$/
/** Of these there is no part. */
const WHOLE = /^(?:B|bit)/

/** Take a unit apart; one that takes no prefixes, or is none that we know, is its own symbol. */
export function parseUnit(unit: string): Unit {
  if (SYMBOL.test(unit)) return { symbol: unit, factor: 1 }
  const [letter = ""] = unit
  const spelling = SPELLINGS[letter] ?? letter
  const exponent = PREFIXES.find(([prefix]) => prefix !== "" && prefix === spelling)?.[1]
  const symbol = unit.slice(letter.length)
  if (exponent === undefined || !SYMBOL.test(symbol)) return { symbol: unit, factor: 1 }
  return { symbol, factor: Number(`1e${exponent}`) }
}

/** A unit to show values in, and what they are to be multiplied with for it. */
export interface Scale {
  readonly unit: string
  readonly factor: number
}

/**
 * The unit in which values of the size `size` have one to four digits before the point: 25 000 W as 25 kW, 0.002 V as 2 mV. Units without
 * prefixes, and sizes that read well as they are, stay.
 */
export function readableScale(unit: string, size: number): Scale {
  const { symbol, factor } = parseUnit(unit)
  const stays = { unit, factor: 1 }
  if (!SYMBOL.test(symbol) || !(size > 0) || size === Number.POSITIVE_INFINITY) return stays
  if (size < 10_000 && size >= 0.1) return stays
  const exponent = Math.log10(size) + Math.log10(factor)
  const usable = PREFIXES.filter(([, each]) => each >= 0 || !WHOLE.test(symbol))
  const best = usable.findLast(([, each]) => each <= exponent + 1e-9) ?? usable[0]
  const [prefix, prefixExponent] = best ?? ["", 0]
  return { unit: `${prefix}${symbol}`, factor: factor / Number(`1e${prefixExponent}`) }
}

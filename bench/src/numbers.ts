/** A rate for people: `4,530 k`. */
export function perSecond(rate: number): string {
  return `${Math.round(rate / 1000).toLocaleString("en")} k`
}

/** Milliseconds with three digits that say something. */
export function milliseconds(ms: number): string {
  if (ms >= 100) return ms.toFixed(0)
  return ms.toFixed(ms >= 10 ? 1 : ms >= 1 ? 2 : 3)
}

/** How many times as much. */
export function ratio(times: number): string {
  return times >= 100 ? `${times.toFixed(0)}x` : `${times.toFixed(times >= 10 ? 1 : 2)}x`
}

/** Bytes in MB. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : 1)
}

/** What a call takes: the middle one, and the one that 95 % stay below, in ms. */
export interface Spread {
  readonly p50: number
  readonly p95: number
}

/** Call something again and again, after some calls to warm it up, for two seconds or 300 times. */
export async function spreadOf(call: () => Promise<unknown>): Promise<Spread> {
  const times: number[] = []
  const began = performance.now()
  for (let round = 0; round < 330; round++) {
    const start = performance.now()
    await call()
    if (round >= 30 || start - began > WARM_UP_MS) times.push(performance.now() - start)
    if (times.length >= 3 && performance.now() - began > LONGEST_MS) break
  }
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.floor(part * (times.length - 1))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95) }
}

const WARM_UP_MS = 500
const LONGEST_MS = 2000

/** Numbers from 0 below 1, the same ones each time. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Of cores, as "5.4 %". */
export function percent(cores: number): string {
  return `${(cores * 100).toFixed(1)} %`
}

/** What a {@link SteadyClock} reads: a monotonic clock in nanoseconds from anywhere, and the system clock in whole milliseconds. */
export interface ClockSources {
  monotonicNs(): bigint
  wallMs(): number
}

/** An estimate may leave the current millisecond of the system clock by this before it is doubted: a double's error at today's date. */
const TOLERANCE_MS = 0.01

/** Looking for the edge between two milliseconds of the system clock ends after so long, in case it has coarser ticks or stands still. */
const EDGE_SEARCH_NS = 2_000_000n
const EDGE_SEARCH_READS = 200_000

/** At most one edge search in this time: a system clock that keeps jumping must not keep us searching. */
const SEARCH_INTERVAL_NS = 1_000_000_000n

/**
 * The time of the system clock with the resolution of the monotonic one.
 *
 * Anchored where the system clock moves from one millisecond to the next, then carried on by the monotonic clock. Each reading is held
 * against the system clock; if it lies outside the millisecond shown there (the clock was set, or the machine slept), the anchor is
 * renewed. So it is never off by more than a millisecond (or a tick of the system clock, where that is coarser), and as a rule by less than some microseconds. The first reading, and the first
 * after the clock was set, take up to a millisecond or two; the others do not wait.
 */
export class SteadyClock {
  readonly #sources: ClockSources
  #anchored = false
  #anchorMonotonicNs = 0n
  #anchorWallMs = 0
  #offsetNs = 0n
  #lastSearchNs: bigint | undefined

  constructor(sources: ClockSources) {
    this.#sources = sources
  }

  /** Nanoseconds since 1970-01-01 UTC. */
  nowNs(): bigint {
    const monotonicNs = this.#sources.monotonicNs()
    const wallMs = this.#sources.wallMs()
    if (this.#anchored && this.#agrees(monotonicNs, wallMs)) return monotonicNs + this.#offsetNs
    return this.#anchoredNowNs()
  }

  /** Doubles suffice here: it is only about milliseconds. */
  #agrees(monotonicNs: bigint, wallMs: number): boolean {
    const aheadMs = this.#anchorWallMs - wallMs + Number(monotonicNs - this.#anchorMonotonicNs) / 1e6
    return aheadMs > -TOLERANCE_MS && aheadMs < 1 + TOLERANCE_MS
  }

  /** A pause of the process between the two readings looks like a step: so take the pair again before believing it. */
  #anchoredNowNs(): bigint {
    for (let attempt = 0; this.#anchored && attempt < 3; attempt++) {
      const monotonicNs = this.#sources.monotonicNs()
      if (this.#agrees(monotonicNs, this.#sources.wallMs())) return monotonicNs + this.#offsetNs
    }
    this.#anchor()
    return this.#sources.monotonicNs() + this.#offsetNs
  }

  #anchor(): void {
    const startNs = this.#sources.monotonicNs()
    const startMs = this.#sources.wallMs()
    let monotonicNs = startNs
    let wallMs = startMs
    if (this.#lastSearchNs === undefined || startNs - this.#lastSearchNs >= SEARCH_INTERVAL_NS) {
      this.#lastSearchNs = startNs
      for (let reads = 0; wallMs === startMs && reads < EDGE_SEARCH_READS; reads++) {
        monotonicNs = this.#sources.monotonicNs()
        wallMs = this.#sources.wallMs()
        if (monotonicNs - startNs > EDGE_SEARCH_NS) break
      }
    }
    this.#anchored = true
    this.#anchorMonotonicNs = monotonicNs
    this.#anchorWallMs = wallMs
    this.#offsetNs = BigInt(wallMs) * 1_000_000n - monotonicNs
  }
}

interface Platform {
  process?: { hrtime?: { bigint?: () => bigint } }
  performance?: { now?: () => number }
}

/** The finest monotonic clock that a platform has: `process.hrtime.bigint`, else `performance.now`, else its system clock. */
export function clockSources(platform: Platform = globalThis as Platform): ClockSources {
  const wallMs = () => Date.now()
  const hrtime = platform.process?.hrtime?.bigint
  if (typeof hrtime === "function") return { monotonicNs: hrtime, wallMs }
  const { performance } = platform
  if (typeof performance?.now === "function") {
    return { monotonicNs: () => BigInt(Math.round(performance.now!() * 1e6)), wallMs }
  }
  return { monotonicNs: () => BigInt(Date.now()) * 1_000_000n, wallMs }
}

let shared: SteadyClock | undefined

/** The clock of this process, made when it is first asked for. It only caches where the two clocks of the platform stand to each other. */
export function systemClock(): SteadyClock {
  shared ??= new SteadyClock(clockSources())
  return shared
}

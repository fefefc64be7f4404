import { describe, expect, test } from "vitest"
import { clockSources, SteadyClock } from "./clock.js"
import { Timestamp } from "./index.js"

const START_MS = 1_795_000_000_000

/** A platform whose true time is set by hand: reading its clocks takes a microsecond. */
class Platform {
  trueNs = BigInt(START_MS) * 1_000_000n + 345_678n
  readonly bootNs = this.trueNs - 777_000_000n
  wallOffsetNs = 0n
  reads = 0
  wallTickMs = 1

  monotonicNs = (): bigint => {
    this.#read()
    return this.trueNs - this.bootNs
  }

  wallMs = (): number => {
    this.#read()
    return Number(this.wallNs / 1_000_000n / BigInt(this.wallTickMs)) * this.wallTickMs
  }

  /** What the system clock would say if it were as fine as that. */
  get wallNs(): bigint {
    return this.trueNs + this.wallOffsetNs
  }

  sleep(ms: number): void {
    this.trueNs += BigInt(Math.round(ms * 1e6))
  }

  #read(): void {
    this.reads += 1
    this.trueNs += 1000n
  }
}

/** How far the clock is off, in microseconds. */
function errorUs(clock: SteadyClock, platform: Platform): number {
  return Number(clock.nowNs() - platform.wallNs) / 1000
}

describe("SteadyClock", () => {
  test("is right to some microseconds from the first reading on", () => {
    const platform = new Platform()
    const clock = new SteadyClock(platform)
    for (let i = 0; i < 5000; i++) {
      expect(Math.abs(errorUs(clock, platform))).toBeLessThan(10)
      platform.sleep((i * 37) % 11)
    }
  })

  test("increases with every reading, however short", () => {
    const clock = new SteadyClock(new Platform())
    let last = 0n
    for (let i = 0; i < 5000; i++) {
      const now = clock.nowNs()
      expect(now).toBeGreaterThan(last)
      last = now
    }
  })

  test.each([3_600_000, -3_600_000, 5, -5, 2, -2])(
    "follows the system clock when it is set by %d ms, with the next reading",
    (ms) => {
      const platform = new Platform()
      const clock = new SteadyClock(platform)
      clock.nowNs()
      platform.sleep(2000)
      platform.wallOffsetNs += BigInt(ms) * 1_000_000n
      for (let i = 0; i < 100; i++) {
        expect(Math.abs(errorUs(clock, platform))).toBeLessThan(10)
        platform.sleep(0.3)
      }
    },
  )

  test("follows one that is set by less than a millisecond to within a millisecond", () => {
    const platform = new Platform()
    const clock = new SteadyClock(platform)
    clock.nowNs()
    for (const us of [600, -900, 400, -300]) {
      platform.wallOffsetNs += BigInt(us) * 1000n
      for (let i = 0; i < 50; i++) {
        platform.sleep(1.37)
        expect(Math.abs(errorUs(clock, platform))).toBeLessThan(1100)
      }
    }
  })

  test("follows one that runs too fast or too slow", () => {
    for (const drift of [500n, -500n]) {
      const platform = new Platform()
      const clock = new SteadyClock(platform)
      for (let i = 0; i < 20_000; i++) {
        platform.sleep(1)
        platform.wallOffsetNs += drift // 500 ppm
        expect(Math.abs(errorUs(clock, platform))).toBeLessThan(1100)
      }
    }
  })

  test("does not mistake a pause of the process for a step", () => {
    const platform = new Platform()
    let pauseMs = 0
    const paused = {
      monotonicNs: () => {
        const ns = platform.monotonicNs()
        platform.sleep(pauseMs)
        pauseMs = 0
        return ns
      },
      wallMs: platform.wallMs,
    }
    const clock = new SteadyClock(paused)
    clock.nowNs()
    for (let i = 0; i < 100; i++) {
      platform.sleep(5)
      pauseMs = 50
      expect(Math.abs(errorUs(clock, platform))).toBeLessThan(10)
    }
  })

  test("does not search without end on clocks that are coarse, stand still or jump all the time", () => {
    const coarse = new Platform()
    coarse.wallTickMs = 100
    const coarseClock = new SteadyClock(coarse)
    for (let i = 0; i < 1000; i++) {
      expect(Math.abs(errorUs(coarseClock, coarse))).toBeLessThan(100_100)
      coarse.sleep(1)
    }
    expect(coarse.reads).toBeLessThan(20_000)

    let reads = 0
    const frozen = new SteadyClock({ monotonicNs: () => BigInt(++reads && 0), wallMs: () => START_MS })
    for (let i = 0; i < 100; i++) expect(frozen.nowNs()).toBe(BigInt(START_MS) * 1_000_000n)
    expect(reads).toBeLessThan(500_000)

    const jumping = new Platform()
    const jumpingClock = new SteadyClock(jumping)
    for (let i = 0; i < 1000; i++) {
      jumping.wallOffsetNs += i % 2 === 0 ? 1_000_000_000n : -1_000_000_000n
      expect(Math.abs(errorUs(jumpingClock, jumping))).toBeLessThan(1100)
    }
    expect(jumping.reads).toBeLessThan(30_000)
  })
})

describe("clockSources", () => {
  test("takes the finest clock there is", () => {
    expect(clockSources({ process: { hrtime: { bigint: () => 5n } } }).monotonicNs()).toBe(5n)
    expect(clockSources({ performance: { now: () => 1.5 } }).monotonicNs()).toBe(1_500_000n)
    const plain = clockSources({})
    expect(Math.abs(Number(plain.monotonicNs() / 1_000_000n) - Date.now())).toBeLessThan(1000)
  })

  test("each of them gives the system's time", () => {
    for (const platform of [globalThis, { performance }, {}]) {
      const clock = new SteadyClock(clockSources(platform as Parameters<typeof clockSources>[0]))
      for (let i = 0; i < 100; i++) {
        const before = Date.now()
        const now = Number(clock.nowNs() / 1_000_000n)
        expect(now).toBeGreaterThanOrEqual(before - 2)
        expect(now).toBeLessThanOrEqual(Date.now() + 2)
      }
    }
  })
})

test("Timestamp.now increases and is the system's time", () => {
  let last = Timestamp.now()
  for (let i = 0; i < 10_000; i++) {
    const now = Timestamp.now()
    expect(now.isBefore(last)).toBe(false)
    last = now
  }
  expect(Math.abs(last.posixMs - Date.now())).toBeLessThan(5)
})

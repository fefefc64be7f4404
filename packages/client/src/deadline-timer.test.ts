import { describe, expect, test } from "vitest"
import { DeadlineTimer, type TimerClock } from "./deadline-timer.js"

const start = 1_700_000_000_000_000_000n

/** A clock that only moves when somebody sleeps on it, or when told to. */
class FakeClock implements TimerClock {
  ms = 5
  wall = start
  /** How much later than asked a sleep ends. */
  lateMs = 0
  breaths = 0

  monotonicMs = () => this.ms
  wallNs = () => this.wall
  sleep = async (ms: number) => this.pass(ms + this.lateMs)
  breathe = async () => {
    this.breaths++
  }

  pass(ms: number): void {
    this.ms += ms
    this.wall += BigInt(Math.round(ms * 1e6))
  }
}

interface Run {
  clock: FakeClock
  periodMs: number
  ticks: number
  onTick?(count: number, clock: FakeClock): void
}

async function run({ clock, periodMs, ticks, onTick }: Run) {
  const control = new AbortController()
  const timer = new DeadlineTimer(() => BigInt(periodMs * 1e6), clock)
  const nominalMs: number[] = []
  await timer.run((time) => {
    nominalMs.push(Number(time.posixNs - start) / 1e6)
    onTick?.(nominalMs.length, clock)
    if (nominalMs.length === ticks) control.abort()
  }, control.signal)
  return { nominalMs, skipped: timer.skipped }
}

describe("deadlines", () => {
  test("the first is now, and the others one period apart on an exact grid", async () => {
    const clock = new FakeClock()
    clock.lateMs = 0.7
    const { nominalMs, skipped } = await run({ clock, periodMs: 1, ticks: 1000 })
    expect(nominalMs.slice(0, 4)).toEqual([0, 1, 2, 3])
    expect(nominalMs.at(-1)).toBe(999)
    expect(skipped).toBe(0)
  })

  test("those up to 20 ms late are met one after the other, with their own times", async () => {
    const onTick = (count: number, clock: FakeClock) => {
      if (count === 2) clock.pass(19.5)
    }
    const { nominalMs, skipped } = await run({ clock: new FakeClock(), periodMs: 5, ticks: 8, onTick })
    expect(nominalMs).toEqual([0, 5, 10, 15, 20, 25, 30, 35])
    expect(skipped).toBe(0)
  })

  test("those missed by more are skipped and counted", async () => {
    const onTick = (count: number, clock: FakeClock) => {
      if (count === 2) clock.pass(100)
    }
    const { nominalMs, skipped } = await run({ clock: new FakeClock(), periodMs: 5, ticks: 4, onTick })
    // It is 105 now: 85 is the first that is no more than 20 late.
    expect(nominalMs).toEqual([0, 5, 85, 90])
    expect(skipped).toBe(15)
  })

  test("with a long period a tenth of it is tolerable", async () => {
    const clock = new FakeClock()
    clock.lateMs = 90
    const { nominalMs, skipped } = await run({ clock, periodMs: 1000, ticks: 4 })
    expect(nominalMs).toEqual([0, 1000, 2000, 3000])
    expect(skipped).toBe(0)
  })

  test("ticks that never wait let others run", async () => {
    const clock = new FakeClock()
    const onTick = (_count: number, at: FakeClock) => at.pass(1)
    await run({ clock, periodMs: 1, ticks: 100, onTick })
    expect(clock.breaths).toBeGreaterThan(10)
  })

  test("an update that takes longer than the period does not pile calls up", async () => {
    const onTick = (_count: number, clock: FakeClock) => clock.pass(30)
    const { nominalMs, skipped } = await run({ clock: new FakeClock(), periodMs: 10, ticks: 6, onTick })
    expect(nominalMs).toEqual([0, 10, 40, 70, 100, 130])
    expect(skipped).toBe(8)
  })
})

describe("the system clock", () => {
  test("when it is set, nominal times follow, and the pace stays", async () => {
    const onTick = (count: number, clock: FakeClock) => {
      if (count === 2) clock.wall -= 3_600_000_000_000n
    }
    const { nominalMs } = await run({ clock: new FakeClock(), periodMs: 10, ticks: 4, onTick })
    expect(nominalMs).toEqual([0, 10, 20 - 3_600_000, 30 - 3_600_000])
  })

  test("small differences between the clocks do not show", async () => {
    const onTick = (_count: number, clock: FakeClock) => {
      clock.wall += 50_000n
    }
    const { nominalMs } = await run({ clock: new FakeClock(), periodMs: 10, ticks: 5, onTick })
    expect(nominalMs).toEqual([0, 10, 20, 30, 40])
  })
})

describe("changes", () => {
  test("a new period counts from the last update on", async () => {
    const control = new AbortController()
    const clock = new FakeClock()
    let period = 10_000_000n
    const times: number[] = []
    const timer = new DeadlineTimer(() => period, clock)
    await timer.run((time) => {
      times.push(Number(time.posixNs - start) / 1e6)
      if (times.length === 2) period = 3_000_000n
      if (times.length === 4) control.abort()
    }, control.signal)
    expect(times).toEqual([0, 10, 13, 16])
  })

  test("wake() looks at a new period in the middle of a long pause", async () => {
    const control = new AbortController()
    let period = 3_600_000_000_000n
    let ticks = 0
    const timer = new DeadlineTimer(() => period)
    const running = timer.run(() => {
      if (++ticks === 2) control.abort()
    }, control.signal)
    setImmediate(() => {
      period = 1_000_000n
      timer.wake()
    })
    await running
    expect(ticks).toBe(2)
  })

  test("what the tick throws ends it", async () => {
    const timer = new DeadlineTimer(() => 1_000_000n, new FakeClock())
    const failing = () => Promise.reject(new Error("broken"))
    await expect(timer.run(failing, new AbortController().signal)).rejects.toThrow("broken")
  })
})

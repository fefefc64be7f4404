import { Timestamp } from "@metricq/protocol"
import { delay } from "./deferred.js"

/** What a {@link DeadlineTimer} needs of the world. */
export interface TimerClock {
  /** Milliseconds that only ever increase. */
  monotonicMs(): number
  /** The system clock, in nanoseconds. */
  wallNs(): bigint
  /** Resolves after about so many milliseconds, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Lets everything else that is due run first. */
  breathe(): Promise<void>
}

export const systemTimerClock: TimerClock = {
  monotonicMs: () => performance.now(),
  wallNs: () => Timestamp.now().posixNs,
  sleep: delay,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
}

/** A deadline is still met so late, or a tenth of the period if that is longer. */
const tolerableMs = 20

/** A system clock that has moved by more against the monotonic one has been set. */
const stepNs = 20_000_000n

/** Ticks that do not wait for anything give way to the rest of the process this often. */
const longestRunMs = 4

/**
 * Runs a function at deadlines one period apart, from now on, one call after the other.
 *
 * Each deadline that can be met within 20 ms (or a tenth of the period) is, with its own nominal time, even if several have to
 * follow each other; those missed by more are skipped and counted. So the mean rate is exact although a runtime's timers are
 * not. Nominal times lie on an exact grid, which moves only when the system clock is set.
 */
export class DeadlineTimer {
  /** Deadlines not met so far. */
  skipped = 0
  readonly #periodNs: () => bigint
  readonly #clock: TimerClock
  #wake = new AbortController()

  /** `periodNs` is asked before each deadline; a change counts from the last one on. It must be above zero. */
  constructor(periodNs: () => bigint, clock: TimerClock = systemTimerClock) {
    this.#periodNs = periodNs
    this.#clock = clock
  }

  /** Look at the period again now, instead of after the present pause. */
  wake(): void {
    this.#wake.abort()
  }

  /** Run until the signal aborts. The first call is immediate. Rejects with what `tick` or `periodNs` throws. */
  async run(tick: (time: Timestamp) => void | Promise<void>, signal: AbortSignal): Promise<void> {
    const clock = this.#clock
    let grid = this.#gridFrom(clock.monotonicMs(), this.#periodNs())
    let breathedAt = clock.monotonicMs()
    while (!signal.aborted) {
      const period = this.#periodNs()
      if (period !== grid.periodNs) grid = this.#regrid(grid, period)
      const deadline = grid.startMs + grid.index * grid.periodMs
      const late = clock.monotonicMs() - deadline
      if (late < 0) {
        await this.#sleep(-late, signal)
        breathedAt = clock.monotonicMs()
        continue
      }
      const tolerable = Math.max(tolerableMs, grid.periodMs / 10)
      if (late > tolerable) {
        const missed = Math.ceil((late - tolerable) / grid.periodMs)
        this.skipped += missed
        grid.index += missed
        continue
      }
      await tick(this.#nominal(grid, late))
      grid.index++
      if (clock.monotonicMs() - breathedAt > longestRunMs) {
        await clock.breathe()
        breathedAt = clock.monotonicMs()
      }
    }
  }

  #gridFrom(startMs: number, periodNs: bigint): Grid {
    const lateNs = BigInt(Math.round((this.#clock.monotonicMs() - startMs) * 1e6))
    return { startMs, startNs: this.#clock.wallNs() - lateNs, index: 0, periodNs, periodMs: Number(periodNs) / 1e6 }
  }

  /** With a new period: the next deadline is one such period after the last, or now if that is over. */
  #regrid(grid: Grid, periodNs: bigint): Grid {
    const lastMs = grid.startMs + (grid.index - 1) * grid.periodMs
    return this.#gridFrom(Math.max(this.#clock.monotonicMs(), lastMs + Number(periodNs) / 1e6), periodNs)
  }

  #nominal(grid: Grid, lateMs: number): Timestamp {
    const nominal = grid.startNs + BigInt(grid.index) * grid.periodNs
    const shown = this.#clock.wallNs() - BigInt(Math.round(lateMs * 1e6))
    const step = shown - nominal
    if (step < stepNs && step > -stepNs) return Timestamp.fromNs(nominal)
    grid.startNs += step
    return Timestamp.fromNs(nominal + step)
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const wake = new AbortController()
    const onAbort = () => wake.abort()
    this.#wake = wake
    signal.addEventListener("abort", onAbort)
    await this.#clock.sleep(Math.min(ms, 2 ** 31 - 1), wake.signal)
    signal.removeEventListener("abort", onAbort)
  }
}

interface Grid {
  /** The first deadline, by the monotonic clock and by the system clock. */
  startMs: number
  startNs: bigint
  /** The next deadline. */
  index: number
  periodNs: bigint
  periodMs: number
}

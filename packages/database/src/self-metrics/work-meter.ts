/** What happened since the sample before, and what is the case now. */
export interface WorkSample {
  /** Pieces of work begun, a second. */
  readonly requestRate: number
  /** Bytes of the pieces that ended well, a second. */
  readonly dataRate: number
  /** Mean time in seconds that pieces waited before they were worked on; 0 if none waited. */
  readonly pendingS: number
  /** Share of the time, from 0 to 1, in which anything was worked on, or waited where that is the work. */
  readonly utilization: number
  readonly pendingCount: number
  readonly activeCount: number
  /** Since the beginning. */
  readonly failedCount: number
}

/**
 * Counts pieces of work: each waits, is worked on, and ends. Costs two readings of the clock a piece and no memory.
 *
 * Mean times come from the numbers of pieces over time (Little's law), so none has to be remembered.
 */
export class WorkMeter {
  readonly #waitingIsWork: boolean
  readonly #now: () => number
  #at: number
  #sampledAt: number
  #pending = 0
  #active = 0
  #failed = 0
  #begun = 0
  #left = 0
  #bytes = 0
  /** Integrals over time since the sample before, in ms. */
  #pendingMs = 0
  #busyMs = 0

  /** `now` gives milliseconds of a monotonic clock. `waitingIsWork`: what waits, waits for the disk, and utilization is about that. */
  constructor({
    waitingIsWork = false,
    now = () => performance.now(),
  }: { waitingIsWork?: boolean; now?: () => number } = {}) {
    this.#waitingIsWork = waitingIsWork
    this.#now = now
    this.#at = now()
    this.#sampledAt = this.#at
  }

  get pending(): number {
    return this.#pending
  }

  get active(): number {
    return this.#active
  }

  get failed(): number {
    return this.#failed
  }

  /** A piece of work has come, and waits. */
  arrive(): void {
    this.#advance()
    this.#begun += 1
    this.#pending += 1
  }

  /** Some that waited are being worked on now. */
  start(pieces = 1): void {
    this.#advance()
    this.#pending -= pieces
    this.#left += pieces
    this.#active += pieces
  }

  /** Some that were worked on have ended well, with so many bytes together. */
  end(bytes: number, pieces = 1): void {
    this.#advance()
    this.#active -= pieces
    this.#bytes += bytes
  }

  /** Some that were worked on have failed. */
  fail(pieces = 1): void {
    this.#advance()
    this.#active -= pieces
    this.#failed += pieces
  }

  /** What happened since the last call of this. */
  sample(): WorkSample {
    this.#advance()
    const seconds = Math.max(1e-9, (this.#at - this.#sampledAt) / 1000)
    const sample = {
      requestRate: this.#begun / seconds,
      dataRate: this.#bytes / seconds,
      pendingS: this.#left === 0 ? 0 : this.#pendingMs / 1000 / this.#left,
      utilization: this.#busyMs / 1000 / seconds,
      pendingCount: this.#pending,
      activeCount: this.#active,
      failedCount: this.#failed,
    }
    this.#sampledAt = this.#at
    this.#begun = this.#left = this.#bytes = this.#pendingMs = this.#busyMs = 0
    return sample
  }

  #advance(): void {
    const now = this.#now()
    const ms = now - this.#at
    this.#at = now
    this.#pendingMs += ms * this.#pending
    if (this.#active > 0 || (this.#waitingIsWork && this.#pending > 0)) this.#busyMs += ms
  }
}

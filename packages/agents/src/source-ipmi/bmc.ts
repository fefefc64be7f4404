import type { Target } from "../kit/polling/job.js"

/** So many readings in a row must be quick until a slow BMC is read with the others again. */
const QUICK_READINGS = 3

/**
 * A BMC, and how it is read: `new` at first; `active` with the others of its group; `slow` in a process apart, once the others would
 * have had to wait for it; `failing` from time to time, until it tells everything that it should.
 */
export class Bmc {
  readonly address: string
  readonly target: Target
  phase: "new" | "active" | "slow" | "failing" = "new"
  /** It is being read. */
  isBusy = false
  /** Where its sensors are; see `Answer`. */
  recordIds = ""
  /** Why it fails. */
  error: unknown
  readonly #retryMs: readonly number[]
  #failures = 0
  #retryAtMs = 0
  #quick = 0

  /** `retryMs`: pauses before it is tried again, if it fails; the last one holds from then on. */
  constructor(address: string, target: Target, retryMs: readonly number[]) {
    this.address = address
    this.target = target
    this.#retryMs = retryMs
  }

  /** It is time to try again. */
  isDue(nowMs: number): boolean {
    return this.phase === "failing" && !this.isBusy && nowMs >= this.#retryAtMs
  }

  /** It has told everything. */
  succeeded(recordIds: string, isQuick: boolean): void {
    this.#quick = isQuick ? this.#quick + 1 : 0
    if (this.phase !== "slow" || this.#quick >= QUICK_READINGS) this.phase = "active"
    this.recordIds = recordIds
    this.#failures = 0
    this.error = undefined
  }

  /** It is tried again at once if it has been well, and then ever more seldom. */
  failed(error: unknown, nowMs: number): void {
    const wasWell = this.phase === "active" || this.phase === "slow"
    const pauseMs = this.#retryMs[Math.min(this.#failures, this.#retryMs.length - 1)] ?? 0
    this.phase = "failing"
    this.error = error
    this.#retryAtMs = wasWell ? nowMs : nowMs + pauseMs
    if (!wasWell) this.#failures += 1
  }

  /** The others need not wait for it any longer. */
  leftBehind(): void {
    if (this.phase === "active") this.phase = "slow"
    this.#quick = 0
  }
}

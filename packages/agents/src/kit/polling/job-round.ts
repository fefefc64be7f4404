import { Timestamp } from "@metricq/client"
import type { Round, Target } from "./job.js"

const never = new AbortController().signal

/** A round under way: passes values on, and keeps what went wrong. What comes after its end is ignored. */
export class JobRound implements Round {
  readonly time: Timestamp
  begun: Timestamp
  signal: AbortSignal = never
  readonly #send: (metric: string, value: number, time: Timestamp) => void
  readonly #sent = new Set<string>()
  readonly #failures = new Map<Target, unknown>()
  readonly #problems = new Map<Target, { metric: string; error: unknown }[]>()
  readonly #pending = new Set<Target>()
  readonly #durations = new Map<Target, number>()
  #isOver = false

  constructor(time: Timestamp, send: (metric: string, value: number, time: Timestamp) => void) {
    this.time = time
    this.begun = time
    this.#send = send
  }

  /** The connection is there: reading begins. */
  begin(): void {
    this.begun = Timestamp.now()
  }

  within(signal: AbortSignal): this {
    this.signal = signal
    return this
  }

  /** A late answer must not mix with the next round. */
  end(): void {
    this.#isOver = true
  }

  send(metric: string, value: number, time: Timestamp = this.time): void {
    if (this.#isOver) return
    this.#sent.add(metric)
    this.#send(metric, value, time)
  }

  missing(target: Target, metric: string, error: unknown): void {
    const problems = this.#problems.get(target)
    if (problems === undefined) this.#problems.set(target, [{ metric, error }])
    else problems.push({ metric, error })
  }

  failed(target: Target, error: unknown): void {
    if (!this.#failures.has(target)) this.#failures.set(target, error)
  }

  pending(target: Target): void {
    this.#pending.add(target)
  }

  took(target: Target, seconds: number): void {
    this.#durations.set(target, seconds)
  }

  /** A target that has failed is no longer pending. */
  isPending(target: Target): boolean {
    return this.#pending.has(target) && !this.#failures.has(target)
  }

  durationOf(target: Target): number | undefined {
    return this.#durations.get(target)
  }

  hasSent(metric: string): boolean {
    return this.#sent.has(metric)
  }

  failureOf(target: Target): unknown {
    return this.#failures.get(target)
  }

  problemsOf(target: Target): readonly { metric: string; error: unknown }[] {
    return this.#problems.get(target) ?? []
  }

  missingOf(target: Target): string[] {
    return this.problemsOf(target)
      .map(({ metric }) => metric)
      .filter((metric) => !this.#sent.has(metric))
  }
}

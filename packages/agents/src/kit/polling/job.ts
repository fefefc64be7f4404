import type { Metadata, Timestamp } from "@metricq/client"
import type { FailurePolicy } from "../fields/failure.js"
import type { Schedule } from "../fields/schedule.js"

/** A metric of a target. */
export interface PolledMetric {
  readonly metadata: Metadata
  /** Points a message; default: that of the source. */
  readonly chunkSize?: number | undefined
  /** What is sent when it cannot be read; default: the job's. */
  readonly onFailure?: FailurePolicy | undefined
  /** In place of `onFailure`: nothing is sent at first, but NaN once there has been no value for so long. */
  readonly nanWhenSilent?: NanWhenSilent | undefined
}

/** Silence that is told late: after `silentMs` without a value, NaN at `afterMs` after the last one, and so on from there. */
export interface NanWhenSilent {
  readonly silentMs: number
  readonly afterMs: number
}

/** Something that is asked: a machine, a device. It is up or failing, and the source tells which. */
export interface Target {
  /** Names it in logs and in the metrics about it; unique among those of a job. */
  readonly name: string
  /** Its metrics, as far as they are known before it has been asked. */
  readonly metrics: Readonly<Record<string, PolledMetric>>
}

/**
 * What is polled in one go, at one schedule: one target, or several that a single program or request serves.
 *
 * Jobs are made for every configuration and cost nothing until they are opened. A job whose `key` is that of a running one is
 * dropped in favour of that one, which goes on undisturbed.
 */
export interface Job {
  /** Everything the job depends on, as text. */
  readonly key: string
  readonly schedule: Schedule
  /** Longest a round may take, and longest `open` may take. */
  readonly timeoutMs: number
  readonly targets: readonly Target[]
  /** For metrics that say nothing else. */
  readonly onFailure: FailurePolicy
  /** Pauses after failures in a row, in ms; the last one holds from then on. Default: none, the next round is the next try. */
  readonly retryMs?: readonly number[]
  /** Connect, and find out what must be known before the first round; again after a round that threw. */
  open?(opening: Opening): Promise<void>
  /** Read everything once. What it throws is the failure of all its targets, and of the connection. */
  poll(round: Round): Promise<void>
  /** Let go of everything; after the last round, and before `open` is called again. */
  close?(): void | Promise<void>
}

/** What `open` can do. */
export interface Opening {
  /** Aborts when the time is over, or the source stops. */
  readonly signal: AbortSignal
  /** Declare metrics of a target that could not be known before. Also later, for what turns up while the job runs. */
  declare(target: Target, metrics: Readonly<Record<string, PolledMetric>>): Promise<void>
  /** Send a value of a declared metric that comes on its own, between the rounds. */
  send(metric: string, value: number, time: Timestamp): void
  /** Metrics declared like that of which nothing is expected any more: the failure policy no longer speaks for them. */
  forget(target: Target, metrics: readonly string[]): void
}

/** One round of a job. */
export interface Round {
  /** The nominal time of the round, a multiple of the interval; the first round has the time at which it begins. */
  readonly time: Timestamp
  /** When the round really began. */
  readonly begun: Timestamp
  /** Aborts when the time is over, or the source stops. */
  readonly signal: AbortSignal
  /** Send a value of a metric that has been declared. */
  send(metric: string, value: number, time?: Timestamp): void
  /** A metric could not be read though its target answers: the failure policy decides what is sent. */
  missing(target: Target, metric: string, error: unknown): void
  /** A target could not be read; what has been sent of it stays, the failure policy decides for the rest. */
  failed(target: Target, error: unknown): void
  /** A target is still being asked: what was known of it stays, and nothing is sent in place of its values. */
  pending(target: Target): void
  /** How long a target took, in seconds, where it is not as long as the round. */
  took(target: Target, seconds: number): void
}

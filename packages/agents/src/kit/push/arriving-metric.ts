import type { Metadata, Timestamp } from "@metricq/client"
import type { FailurePolicy } from "../fields/failure.js"

/** What is known about a metric when its first value comes. */
export interface ArrivingSettings {
  readonly metadata: Metadata
  /** Points a message; default: that of the source. */
  readonly chunkSize?: number | undefined
  /** What is sent when nothing has come for a time; default: nothing. */
  readonly silence?: { readonly timeoutMs: number; readonly onFailure: FailurePolicy } | undefined
}

/** Points of one metric that wait for its declaration; of more, the newest stay. */
const MAX_WAITING = 64

/** A metric that was found in what came. Its first points wait until it is declared. */
export class ArrivingMetric {
  readonly name: string
  readonly settings: ArrivingSettings
  /** Points that were given up because the declaration took too long. */
  lost = 0
  readonly #send: (name: string, time: Timestamp, value: number) => void
  readonly #now: () => number
  #waiting: { time: Timestamp; value: number }[] | undefined = []
  #last = Number.NaN
  #heardMs: number

  constructor(
    name: string,
    settings: ArrivingSettings,
    send: (name: string, time: Timestamp, value: number) => void,
    now: () => number,
  ) {
    this.name = name
    this.settings = settings
    this.#send = send
    this.#now = now
    this.#heardMs = now()
  }

  /** A value that came. Times should increase. */
  send(time: Timestamp, value: number): void {
    this.#last = value
    this.#heardMs = this.#now()
    this.#pass(time, value)
  }

  /** What waited goes out. */
  declared(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const { time, value } of waiting) this.#send(this.name, time, value)
  }

  /** Sends what the policy wants if nothing has come for too long; again after the same time. */
  checkSilence(time: Timestamp): void {
    const { silence } = this.settings
    if (silence === undefined || this.#now() - this.#heardMs < silence.timeoutMs) return
    this.#heardMs = this.#now()
    if (silence.onFailure !== "skip") this.#pass(time, silence.onFailure === "nan" ? Number.NaN : this.#last)
  }

  #pass(time: Timestamp, value: number): void {
    if (this.#waiting === undefined) {
      this.#send(this.name, time, value)
      return
    }
    this.#waiting.push({ time, value })
    if (this.#waiting.length <= MAX_WAITING) return
    this.#waiting.shift()
    this.lost += 1
  }
}

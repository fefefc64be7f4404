import { type HistoryClient, Timedelta, Timestamp } from "@metricq/client"
import { mapBounded } from "../network/bounded.js"
import type { MetricTrack } from "./metric-track.js"

/** Metrics that history is asked about in a sweep, and how many at a time: it should not notice. */
const IN_A_SWEEP = 20
const AT_ONCE = 4
const ANSWER_S = 3
/** Whether a value still stands is asked again after this. */
const AGAIN_MS = 1_800_000
/** A value that is known for this part of the time has stood still all the time. */
const ENOUGH_KNOWN = 0.9

/** A value that has not moved since it was looked at first, and how far back it has to reach. */
export interface StillValue {
  readonly name: string
  readonly track: MetricTrack
  readonly neededMs: number
}

/**
 * Asks history how long values have stood still before anybody looked: whoever starts anew knows of a sensor that has been stuck for hours as well as
 * one who has been looking all the while.
 */
export class StillValues {
  readonly #history: Pick<HistoryClient, "historyAggregate">
  #asked = new WeakMap<MetricTrack, number>()
  #waiting: StillValue[] = []

  constructor(history: Pick<HistoryClient, "historyAggregate">) {
    this.#history = history
  }

  /** A sweep begins. */
  begin(): void {
    this.#waiting = []
  }

  /** Ask about it, in this sweep or one of the next. */
  add(value: StillValue): void {
    const askedMs = this.#asked.get(value.track) ?? Number.NEGATIVE_INFINITY
    const isFresh = value.track.lookMs - askedMs < AGAIN_MS
    if (!isFresh && this.#waiting.length < IN_A_SWEEP) this.#waiting.push(value)
  }

  /** Ask, and write what is known into the tracks. What cannot be asked now is asked later. */
  async ask(signal: AbortSignal): Promise<void> {
    await mapBounded(this.#waiting, AT_ONCE, (value) => this.#askFor(value, signal))
    signal.throwIfAborted()
  }

  async #askFor({ name, track, neededMs }: StillValue, signal: AbortSignal): Promise<void> {
    this.#asked.set(track, track.lookMs)
    const { sameSinceMs, sameValue } = track
    const [startMs, endMs] = [track.point.timeMs - neededMs, sameSinceMs]
    if (!(endMs > startMs)) return
    const range = {
      start: timestampOf(startMs),
      end: timestampOf(endMs),
      timeout: Timedelta.fromSeconds(ANSWER_S),
      signal,
    }
    const past = await this.#history.historyAggregate(name, range).catch(() => undefined)
    // Without history it takes as long as it takes to look oneself.
    if (past === undefined || track.sameSinceMs !== sameSinceMs) return
    if (past.minimum !== sameValue || past.maximum !== sameValue) track.hasMovedBefore = past.minimum <= past.maximum
    else if (Number(past.activeTime.ns) / 1e6 >= ENOUGH_KNOWN * (endMs - startMs)) track.sameSinceMs = startMs
  }
}

function timestampOf(ms: number): Timestamp {
  return Timestamp.fromNs(BigInt(Math.round(ms)) * 1_000_000n)
}

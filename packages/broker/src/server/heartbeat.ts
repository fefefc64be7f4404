/** What the heartbeat asks for now. */
export type HeartbeatAction = "none" | "send" | "dead"

/**
 * Watches one connection: says when a heartbeat must be sent, because nothing else was for half the interval, and when
 * the peer is dead, because nothing came for two intervals. Knows no timer: `check` is called every now and then.
 */
export class Heartbeat {
  readonly #intervalMs: number
  #receivedAt: number
  #sentAt: number

  /** @param intervalS agreed interval in seconds; 0 for none: then nothing is ever asked for */
  constructor(intervalS: number, now: number) {
    this.#intervalMs = intervalS * 1000
    this.#receivedAt = now
    this.#sentAt = now
  }

  noteReceived(now: number): void {
    this.#receivedAt = now
  }

  noteSent(now: number): void {
    this.#sentAt = now
  }

  /** @param isReading false while the broker itself does not read from the peer, who then cannot be blamed for silence */
  check(now: number, isReading: boolean): HeartbeatAction {
    if (this.#intervalMs === 0) return "none"
    if (!isReading) this.#receivedAt = now
    if (now - this.#receivedAt > 2 * this.#intervalMs) return "dead"
    return now - this.#sentAt >= this.#intervalMs / 2 ? "send" : "none"
  }
}

/** What a connection may still publish while memory is short, so that one that stops when told to is never cut off from its acks. */
const ALLOWANCE_BYTES = 1024 * 1024

/** What the brake of a connection can do. */
export interface Brakes {
  /** Whether memory is short. */
  isAlarmed(): boolean
  /** Tells the client to publish nothing more, or that it may again, if it wants to be told. */
  tell(blocked: boolean): void
  /** Stops reading from the client, or goes on. */
  hold(held: boolean): void
}

/**
 * Slows a publisher down while memory is short: it is told, and if it goes on all the same it is read no more until there is room.
 * Connections that do not publish are left alone.
 */
export class PublishBrake {
  readonly #brakes: Brakes
  #hasPublished = false
  #told = false
  #allowance = ALLOWANCE_BYTES

  constructor(brakes: Brakes) {
    this.#brakes = brakes
  }

  /** A message of that many bytes came in. */
  notePublish(bytes: number): void {
    this.#hasPublished = true
    if (!this.#brakes.isAlarmed()) return
    this.#tell(true)
    this.#allowance -= bytes
    if (this.#allowance < 0) this.#brakes.hold(true)
  }

  /** Memory has become short, or is no longer. */
  onAlarm(alarmed: boolean): void {
    if (alarmed) {
      if (this.#hasPublished) this.#tell(true)
      return
    }
    this.#allowance = ALLOWANCE_BYTES
    this.#tell(false)
    this.#brakes.hold(false)
  }

  #tell(blocked: boolean): void {
    if (this.#told === blocked) return
    this.#told = blocked
    this.#brakes.tell(blocked)
  }
}

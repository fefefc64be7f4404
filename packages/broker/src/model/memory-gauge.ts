/** The alarm is over when this share of the limit is reached again, so that it does not flicker. */
const CLEAR_SHARE = 0.9

/** Counts the bytes that messages hold, and says when they pass the limit and when they are well below it again. */
export class MemoryGauge {
  readonly limitBytes: number
  /** Told on each change of `alarmed`, after the change. */
  onAlarm: (alarmed: boolean) => void = () => {}
  #bytes = 0
  #alarmed = false

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get alarmed(): boolean {
    return this.#alarmed
  }

  add(bytes: number): void {
    this.#bytes += bytes
    if (!this.#alarmed && this.#bytes > this.limitBytes) this.#change(true)
  }

  subtract(bytes: number): void {
    this.#bytes -= bytes
    if (this.#alarmed && this.#bytes <= this.limitBytes * CLEAR_SHARE) this.#change(false)
  }

  #change(alarmed: boolean): void {
    this.#alarmed = alarmed
    this.onAlarm(alarmed)
  }
}

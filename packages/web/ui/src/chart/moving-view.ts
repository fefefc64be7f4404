import { bounded, type Span } from "./span.js"

/** A gesture has come to rest after this. */
const REST_MS = 250

/** What a view tells its chart. */
interface ViewEvents {
  /** Whether a hand holds it at this moment. */
  isHeld(): boolean
  /** It is another one. */
  onMove(byHand: boolean): void
  /** It has come to rest. */
  onRest(byHand: boolean): void
}

/** The stretch of time that a chart shows, and whether it moves. */
export class MovingView {
  readonly #events: ViewEvents
  #span: Span = { from: 0, to: 1 }
  #resting: ReturnType<typeof setTimeout> | undefined
  #isResting = true
  #byHand = false

  constructor(events: ViewEvents) {
    this.#events = events
  }

  get span(): Span {
    return this.#span
  }

  get isResting(): boolean {
    return this.#isResting
  }

  /** Show another span, cut to what a chart can show. By hand, it comes to rest when no other follows for a moment. */
  move(span: Span, byHand: boolean): void {
    this.#span = bounded(span)
    this.#byHand = byHand
    this.#isResting = false
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.#settle(), byHand ? REST_MS : 0)
    this.#events.onMove(byHand)
  }

  /** Go on with the clock: nothing comes to rest by it. */
  follow(span: Span): void {
    this.#span = bounded(span)
  }

  close(): void {
    clearTimeout(this.#resting)
  }

  #settle(): void {
    if (this.#byHand && this.#events.isHeld()) {
      this.#resting = setTimeout(() => this.#settle(), REST_MS)
      return
    }
    this.#isResting = true
    this.#events.onRest(this.#byHand)
  }
}

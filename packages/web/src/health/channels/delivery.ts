import { randomUUID } from "node:crypto"
import type { Logger } from "@metricq/client"
import type { Severity } from "../finding.js"
import type { Finding, LedgerChanges } from "../ledger.js"
import type { Channel, Notice, Standing } from "./channel.js"
import { type ChannelSettings, heardKinds, hearing } from "./channel-settings.js"
import { both, isNothing, joined, nothingWaits, type Waiting } from "./waiting.js"

/** How messages are sent. */
export interface DeliveryTuning {
  /** A receiver that has not answered by then has not got it. */
  readonly answerMs: number
  /** Before the second try; doubles with each further one, up to the longest. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** Tries of a message; about an hour. */
  readonly tries: number
}

export const deliveryTuning: DeliveryTuning = {
  ...{ answerMs: 10_000, firstPauseMs: 1000, longestPauseMs: 300_000, tries: 20 },
}

/** What messages say beside what has changed. */
export interface DeliveryNews {
  /** Address of the page of findings. */
  page(): string
  /** Numbers of open findings. */
  open(): Readonly<Record<Severity, number>>
  /** All findings, and why nobody knows of some at present. */
  findings(): { readonly findings: readonly Finding[]; readonly trouble?: string | undefined }
}

/** What a delivery works with. */
export interface DeliveryParts {
  readonly news: DeliveryNews
  readonly logger: Logger
  readonly tuning: DeliveryTuning
  /** Seconds after which what stands is told again. */
  readonly repeatS: number | undefined
  /** What waits, or how it stands, has changed. */
  onChange(): void
}

/** How a channel fares. Times are ISO 8601. */
export interface DeliveryState {
  readonly lastSuccess?: { readonly time: string; readonly answer: string }
  readonly lastError?: { readonly time: string; readonly text: string }
}

/**
 * Brings findings to one channel: gathers them for as long as the settings say, sends them as one message, tries again with growing pauses. One message
 * is under way at a time; what happens meanwhile goes into the next, so that a storm of findings is one message, and a receiver that was away for a
 * while gets one, too.
 *
 * Life cycle: `add()`, as often as there is something; then `end()`, which gives up what is under way.
 */
export class Delivery {
  readonly settings: ChannelSettings
  /** Messages delivered, messages given up, and tries that failed. */
  readonly stats = { delivered: 0, failed: 0, retries: 0 }
  readonly #channel: Channel
  readonly #parts: DeliveryParts
  readonly #isHeard: (finding: Finding) => boolean
  readonly #ending = new AbortController()
  #state: DeliveryState
  #waiting: Waiting
  /** What the message says that is under way. */
  #sending: Waiting = nothingWaits
  #working: Promise<void> | undefined
  #gathering: NodeJS.Timeout | undefined
  #repeating: NodeJS.Timeout | undefined
  #isKnown = false
  #isRepeatDue = false

  constructor(
    settings: ChannelSettings,
    channel: Channel,
    parts: DeliveryParts,
    before?: Pick<Delivery, "waiting" | "state">,
  ) {
    this.settings = settings
    this.#channel = channel
    this.#parts = parts
    this.#isHeard = hearing(settings)
    this.#waiting = before?.waiting ?? nothingWaits
    this.#state = before?.state ?? {}
  }

  get state(): DeliveryState {
    return this.#state
  }

  /** What has not been delivered yet, be it under way or not. */
  get waiting(): Waiting {
    return both(this.#sending, this.#waiting)
  }

  /** A look at everything has been taken, and this has changed. */
  add({ opened, resolved }: LedgerChanges): void {
    if (!this.settings.on) return
    const isFirst = !this.#isKnown
    this.#isKnown = true
    this.#waiting = joined(
      this.#waiting,
      opened.filter(this.#isHeard),
      resolved.filter(this.#isHeard),
      this.settings.resolved,
    )
    if (isFirst) this.repeat()
    this.#gather()
  }

  /** What stands is told soon, where it is told at all: somebody has said something of a finding. */
  repeat(): void {
    if (this.#parts.repeatS === undefined || !this.settings.on || !this.#isKnown) return
    this.#isRepeatDue = true
    this.#gather()
  }

  /** Send a test message now, once; what came of it in words. */
  async test(): Promise<{ delivered: boolean; answer: string }> {
    const answer = await this.#try(this.#notice("test", nothingWaits))
    this.#parts.onChange()
    return answer
  }

  /** Resolves when nothing is under way any more. */
  async end(): Promise<void> {
    clearTimeout(this.#gathering)
    clearTimeout(this.#repeating)
    this.#ending.abort()
    await this.#working
  }

  /** Wait until what comes has been gathered, then send it. */
  #gather(): void {
    const isBusy = this.#working !== undefined || this.#gathering !== undefined || this.#ending.signal.aborted
    if (isBusy || (isNothing(this.#waiting) && !this.#isRepeatDue)) return
    const { digestS } = this.settings
    if (digestS === 0) this.#work()
    else this.#gathering = setTimeout(() => this.#work(), digestS * 1000).unref()
  }

  #work(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    if (this.#working !== undefined || this.#ending.signal.aborted) return
    clearTimeout(this.#repeating)
    this.#working = this.#deliver().finally(() => {
      this.#working = undefined
      this.#repeatLater()
      this.#gather()
    })
  }

  #repeatLater(): void {
    const { repeatS } = this.#parts
    if (repeatS === undefined || this.#ending.signal.aborted) return
    this.#repeating = setTimeout(() => {
      this.#isRepeatDue = true
      this.#work()
    }, repeatS * 1000).unref()
  }

  async #deliver(): Promise<void> {
    this.#sending = this.#waiting
    this.#waiting = nothingWaits
    this.#isRepeatDue = false
    const notice = this.#notice("findings", this.#sending)
    const { firstPauseMs, longestPauseMs, tries } = this.#parts.tuning
    let pauseMs = firstPauseMs
    for (let left = tries; left > 0; left--) {
      const { delivered } = await this.#try(notice)
      // What was not delivered by the end waits on.
      if (!delivered && this.#ending.signal.aborted) return
      if (delivered) this.stats.delivered++
      else this.stats.retries++
      if (delivered) break
      this.#parts.onChange()
      if (left === 1) this.#giveUp(notice)
      else if (!(await pause(pauseMs, this.#ending.signal))) return
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
    this.#sending = nothingWaits
    this.#parts.onChange()
  }

  #giveUp({ id }: Notice): void {
    this.stats.failed++
    const { name } = this.settings
    this.#parts.logger.warn(`the channel ${name} has not taken a message, which is given up`, { id })
  }

  async #try(notice: Notice): Promise<{ delivered: boolean; answer: string }> {
    const { signal } = this.#ending
    const time = () => new Date().toISOString()
    try {
      const answer = await this.#channel.send(notice, signal)
      this.#state = { ...this.#state, lastSuccess: { time: time(), answer } }
      return { delivered: true, answer }
    } catch (error) {
      const text = (error as Error).message
      if (!signal.aborted) {
        this.#state = { ...this.#state, lastError: { time: time(), text } }
        this.#parts.logger.debug(`the channel ${this.settings.name} has not taken a message`, { reason: text })
      }
      return { delivered: false, answer: text }
    }
  }

  #notice(type: Notice["type"], { opened, resolved, counts }: Waiting): Notice {
    const { news } = this.#parts
    return {
      ...{ type, id: randomUUID(), time: new Date().toISOString(), page: news.page(), open: news.open() },
      ...{ opened, resolved, counts },
      standing: () => this.#standing(),
    }
  }

  #standing(): Standing {
    const { findings, trouble } = this.#parts.news.findings()
    const isTold = (finding: Finding) => finding.state !== "muted" && this.#isHeard(finding)
    const known = { findings: findings.filter(isTold), kinds: heardKinds(this.settings) }
    return trouble === undefined ? known : { ...known, trouble }
  }
}

/** Resolves to false if the signal aborts meanwhile. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", done)
      resolve(!signal.aborted)
    }
    const timer = setTimeout(done, ms).unref()
    signal.addEventListener("abort", done)
  })
}

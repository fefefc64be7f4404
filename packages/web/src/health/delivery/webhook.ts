import { createHmac, randomUUID } from "node:crypto"
import type { Logger } from "@metricq/client"
import { type Severity, severities } from "../finding.js"
import type { Finding, LedgerChanges, ResolvedFinding } from "../ledger.js"
import type { WebhookSettings } from "../settings.js"
import { type WebhookMessage, webhookMessage } from "./webhook-message.js"

/** How messages are sent. */
export interface WebhookTuning {
  /** A receiver that has not answered by then has not got it. */
  readonly answerMs: number
  /** Before the second try; doubles with each further one, up to the longest. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** Tries of a message; about an hour. */
  readonly tries: number
}

export const webhookTuning: WebhookTuning = { answerMs: 10_000, firstPauseMs: 1000, longestPauseMs: 300_000, tries: 20 }

/** Findings that wait for the next message; more are only counted in it. */
const MOST_WAITING = 1000

/** What a webhook works with. */
export interface WebhookParts {
  readonly logger: Logger
  /** Address of the page, for links. */
  page(): string
  /** Numbers of open findings. */
  open(): Readonly<Record<Severity, number>>
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly tuning?: WebhookTuning
}

/**
 * Tells an address of findings. One message is under way at a time; what happens meanwhile goes into the next, so a storm of findings is one
 * message, and a receiver that was away for a while gets one, too.
 */
export class Webhook {
  readonly #parts: WebhookParts
  readonly #tuning: WebhookTuning
  readonly #ending = new AbortController()
  #settings: WebhookSettings | null = null
  #opened: Finding[] = []
  #resolved: ResolvedFinding[] = []
  #counts = { opened: 0, resolved: 0 }
  #working: Promise<void> | undefined
  /** Messages delivered, and given up; answers that were refusals, and tries without an answer. */
  readonly stats = { delivered: 0, failed: 0, retries: 0 }

  constructor(parts: WebhookParts) {
    this.#parts = parts
    this.#tuning = parts.tuning ?? webhookTuning
  }

  /** Send there from now on; null: nowhere. */
  follow(settings: WebhookSettings | null): void {
    this.#settings = settings
    if (settings === null) this.#take()
  }

  /** Findings have changed. */
  add({ opened, resolved }: LedgerChanges): void {
    const minimum = this.#settings?.minimum
    if (minimum === undefined) return
    const isHeard = ({ severity }: Finding) => severities.indexOf(severity) <= severities.indexOf(minimum)
    const heard = { opened: opened.filter(isHeard), resolved: resolved.filter(isHeard) }
    this.#counts.opened += heard.opened.length
    this.#counts.resolved += heard.resolved.length
    this.#opened.push(...heard.opened.slice(0, MOST_WAITING - this.#opened.length))
    this.#resolved.push(...heard.resolved.slice(0, MOST_WAITING - this.#resolved.length))
    this.#work()
  }

  /** Send a test message now, once; resolves to what came of it in words. */
  async test(): Promise<{ delivered: boolean; answer: string }> {
    if (this.#settings === null) return { delivered: false, answer: "there is no webhook in the settings" }
    const message = webhookMessage({
      ...this.#common(),
      type: "test",
      opened: [],
      resolved: [],
      counts: { opened: 0, resolved: 0 },
    })
    const failure = await this.#post(this.#settings, message)
    return failure === undefined ? { delivered: true, answer: "delivered" } : { delivered: false, answer: failure }
  }

  /** End; what is under way is given up. */
  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#working
  }

  #common() {
    return { id: randomUUID(), time: new Date().toISOString(), page: this.#parts.page(), open: this.#parts.open() }
  }

  #work(): void {
    if (this.#counts.opened + this.#counts.resolved === 0 || this.#ending.signal.aborted) return
    this.#working ??= this.#deliver().finally(() => {
      this.#working = undefined
      this.#work()
    })
  }

  async #deliver(): Promise<void> {
    const message = webhookMessage({ ...this.#common(), type: "findings", ...this.#take() })
    let pauseMs = this.#tuning.firstPauseMs
    for (let left = this.#tuning.tries; left > 0; left--) {
      // Settings may change in between; a message goes where they say then.
      if (this.#settings === null) return
      const failure = await this.#post(this.#settings, message)
      if (failure === undefined) {
        this.stats.delivered++
        return
      }
      if (this.#ending.signal.aborted) return
      this.stats.retries++
      this.#parts.logger.debug("a message to the webhook was not taken", { reason: failure })
      if (left > 1) await pause(pauseMs, this.#ending.signal)
      pauseMs = Math.min(2 * pauseMs, this.#tuning.longestPauseMs)
    }
    this.stats.failed++
    this.#parts.logger.warn("the webhook has not taken a message, which is given up", { id: message.id })
  }

  #take() {
    const taken = { opened: this.#opened, resolved: this.#resolved, counts: this.#counts }
    this.#opened = []
    this.#resolved = []
    this.#counts = { opened: 0, resolved: 0 }
    return taken
  }

  /** Why it was not delivered; undefined if it was. Redirections are not followed: nobody has named where they lead. */
  async #post({ url, secret }: WebhookSettings, message: WebhookMessage): Promise<string | undefined> {
    const body = JSON.stringify(message)
    const key = secret === undefined ? undefined : (this.#parts.env ?? process.env)[secret.$env]
    if (secret !== undefined && !key) return `the web server has no variable ${secret.$env}`
    const headers: Record<string, string> = { "content-type": "application/json", "user-agent": "metricq" }
    if (key) headers["x-metricq-signature"] = signatureOf(key, message.time, body)
    const { answerMs } = this.#tuning
    const limit = AbortSignal.timeout(answerMs)
    const signal = AbortSignal.any([this.#ending.signal, limit])
    try {
      const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal })
      await answer.body?.cancel()
      return answer.ok ? undefined : `it answered with status ${answer.status}`
    } catch (error) {
      if (limit.aborted) return `no answer within ${answerMs / 1000} s`
      const { cause, message } = error as Error
      return cause instanceof Error && cause.message !== "" ? cause.message : message
    }
  }
}

/** Header that proves where a message comes from: `t=TIME,sha256=HEX`, the HMAC of time, a dot and the body. */
export function signatureOf(key: string, time: string, body: string): string {
  return `t=${time},sha256=${createHmac("sha256", key).update(`${time}.${body}`).digest("hex")}`
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener("abort", done)
      resolve()
    }
    const timer = setTimeout(done, ms).unref()
    signal.addEventListener("abort", done)
  })
}

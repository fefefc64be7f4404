import type { Logger } from "@metricq/client"
import { Secrets } from "../../network/secrets.js"
import { WebError } from "../../server/web-error.js"
import type { LedgerChanges } from "../ledger.js"
import { StateFile } from "../state-file.js"
import { readNamedFile, readSecret } from "./channel-secret.js"
import { type ChannelSettings, MOST_CHANNELS, parseChannel, parseChannels } from "./channel-settings.js"
import { channelType } from "./channel-types.js"
import { Delivery, type DeliveryNews, type DeliveryState, type DeliveryTuning, deliveryTuning } from "./delivery.js"
import { parseWaiting, type Waiting } from "./waiting.js"

/** What channels work with. */
export interface ChannelsParts {
  /** Where settings and what waits are kept; without it they last as long as the process. */
  readonly folder: string | undefined
  /** Channels that a file of this machine says; they cannot be changed here. */
  readonly fixed: readonly ChannelSettings[]
  readonly news: DeliveryNews
  readonly logger: Logger
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly tuning?: DeliveryTuning
}

/**
 * All channels: their settings, which are kept, and what is on its way through them, which is kept, too.
 *
 * Life cycle: `start()` → `add()` … → `stop()`.
 */
export class Channels {
  readonly #parts: ChannelsParts
  readonly #settingsFile: StateFile
  readonly #waitingFile: StateFile
  readonly #secrets = new Secrets()
  readonly #deliveries = new Map<string, Delivery>()
  #turn: Promise<unknown> = Promise.resolve()
  #saving: Promise<void> | undefined

  constructor(parts: ChannelsParts) {
    this.#parts = parts
    this.#settingsFile = new StateFile(parts.folder, "health-channels.json", parts.logger)
    this.#waitingFile = new StateFile(parts.folder, "health-waiting.json", parts.logger)
  }

  /** Read what was kept. */
  async start(): Promise<void> {
    const kept = (await this.#settingsFile.read()) as { channels?: unknown } | undefined
    const waiting = ((await this.#waitingFile.read()) ?? {}) as Record<string, KeptWaiting | undefined>
    const fixed = new Set(this.#parts.fixed.map(({ name }) => name))
    const own = this.#read(kept?.channels ?? []).filter(({ name }) => !fixed.has(name))
    for (const settings of [...this.#parts.fixed, ...own]) {
      const { state = {}, ...rest } = waiting[settings.name] ?? {}
      this.#begin(settings, { waiting: parseWaiting(rest.waiting), state })
    }
  }

  async stop(): Promise<void> {
    await this.#turn
    await Promise.all(this.list().map((delivery) => delivery.end()))
    await this.#save()
  }

  /** All of them, in the order of their names. */
  list(): Delivery[] {
    return [...this.#deliveries.values()].sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1))
  }

  get(name: string): Delivery | undefined {
    return this.#deliveries.get(name)
  }

  /** Whether a channel is as a file says, and cannot be changed here. */
  isFixed(name: string): boolean {
    return this.#parts.fixed.some((each) => each.name === name)
  }

  /** Settings without secrets. */
  masked(settings: ChannelSettings): ChannelSettings {
    return this.#secrets.mask(settings as never) as unknown as ChannelSettings
  }

  /** A look at everything has been taken, and this has changed. */
  add(changes: LedgerChanges): void {
    for (const delivery of this.#deliveries.values()) delivery.add(changes)
    if (changes.opened.length + changes.resolved.length > 0) this.#saveSoon()
  }

  /** Somebody has said something of a finding: what stands may be other than it was told. */
  repeat(): void {
    for (const delivery of this.#deliveries.values()) delivery.repeat()
  }

  /**
   * Make a channel, or change one. Secrets that come back masked stay; for another receiver than before they have to be written again.
   *
   * @throws {WebError} `settings`, `mask`, `fixed-channel`
   */
  set(given: Readonly<Record<string, unknown>>): Promise<Delivery> {
    return this.#inTurn(async () => {
      const before = this.#deliveries.get(String(given.name))
      if (before !== undefined) this.#refuseFixed(before.settings.name)
      else if (this.#deliveries.size >= MOST_CHANNELS)
        throw new WebError("settings", `there are ${MOST_CHANNELS} channels already`, { remedy: "delete one first" })
      const settings = this.#unmasked(given, before?.settings)
      const others = this.list().filter(({ settings: { name } }) => name !== settings.name && !this.isFixed(name))
      await this.#write([...others.map((each) => each.settings), settings])
      await before?.end()
      const made = this.#begin(settings, before)
      this.#saveSoon()
      return made
    })
  }

  /** @throws {WebError} `no-such-channel`, `fixed-channel` */
  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const delivery = this.#deliveries.get(name)
      if (delivery === undefined) throw noSuchChannel(name)
      this.#refuseFixed(name)
      const others = this.list().filter((each) => each !== delivery && !this.isFixed(each.settings.name))
      await this.#write(others.map(({ settings }) => settings))
      this.#deliveries.delete(name)
      await delivery.end()
      this.#saveSoon()
    })
  }

  #begin(settings: ChannelSettings, before?: Pick<Delivery, "waiting" | "state">): Delivery {
    const { news, logger, folder, env = process.env, tuning = deliveryTuning } = this.#parts
    const type = channelType(settings.type)
    const places = { env, folder }
    const channel = type.make(settings.target, {
      secretOf: (secret) => readSecret(secret, places),
      fileOf: (file) => readNamedFile(file, places),
      answerMs: tuning.answerMs,
    })
    const repeatS = type.repeatS?.(settings.target)
    const delivery = new Delivery(
      settings,
      channel,
      { news, logger, tuning, repeatS, onChange: () => this.#saveSoon() },
      before,
    )
    this.#deliveries.set(settings.name, delivery)
    return delivery
  }

  #unmasked(given: Readonly<Record<string, unknown>>, before: ChannelSettings | undefined): ChannelSettings {
    const whole = this.#secrets.unmask(given as never, before as never)
    const settings = parseChannel(whole, false)
    if (before === undefined || !this.#secrets.hasMasks(given as never)) return settings
    const isSame = settings.type === before.type
    const receiverOf = (some: ChannelSettings) => channelType(some.type).receiverOf(some.target)
    if (isSame && receiverOf(settings) === receiverOf(before)) return settings
    const remedy = "write the secret itself again"
    throw new WebError("mask", "a secret that was kept for one receiver is not sent to another", { remedy })
  }

  #refuseFixed(name: string): void {
    if (!this.isFixed(name)) return
    const remedy = "change that file, and start the web server again"
    throw new WebError("fixed-channel", `${name} is set by a file of the web server`, { status: 409, remedy })
  }

  #read(kept: unknown): ChannelSettings[] {
    try {
      return parseChannels(kept, false)
    } catch (error) {
      this.#parts.logger.error("the channels that were kept cannot be used", { error })
      return []
    }
  }

  #write(channels: readonly ChannelSettings[]): Promise<void> {
    return this.#settingsFile.write({ version: 1, channels })
  }

  #inTurn<T>(deed: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(deed)
    this.#turn = done.catch(() => {})
    return done
  }

  /** Once for all that changes within a moment. */
  #saveSoon(): void {
    this.#saving ??= Promise.resolve().then(async () => {
      this.#saving = undefined
      await this.#save()
    })
  }

  async #save(): Promise<void> {
    const kept = this.list().map(({ settings: { name }, waiting, state }) => [name, { waiting, state }] as const)
    await this.#waitingFile.write(Object.fromEntries(kept)).catch((error: unknown) => {
      this.#parts.logger.error("what waits to be sent could not be written", { error })
    })
  }
}

interface KeptWaiting {
  readonly waiting?: Waiting
  readonly state?: DeliveryState
}

/** There is no channel of this name. */
export function noSuchChannel(name: string): WebError {
  const remedy = "load the list again"
  return new WebError("no-such-channel", `there is no channel ${name.slice(0, 40)}`, { status: 404, remedy })
}

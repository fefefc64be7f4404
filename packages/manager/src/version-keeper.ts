import type { Logger } from "@metricq/client"
import type { ClientRegistry } from "./client-registry.js"
import type { DocumentStore } from "./documents/store.js"

const DAY_MS = 24 * 3600 * 1000
/** Bounds of what can be set: a mistyped number must neither keep nothing nor mean nothing. */
const MOST = { versions: 100_000, days: 36_500 }

/** How many versions of configurations a manager keeps, and for how long. */
export interface VersionSettings {
  /** Versions kept of each configuration, 1 to 100,000; the oldest go first. Default 1000. */
  readonly configVersions?: number
  /** Days that a version is kept after it was replaced, 1 to 36,500. Default: until there are too many. */
  readonly configDays?: number
}

/** {@link VersionSettings} with everything said. `days` is null for versions that no age lets go. */
export interface VersionRetention {
  readonly versions: number
  readonly days: number | null
}

/** @throws {RangeError} */
export function retentionOf({ configVersions = 1000, configDays }: VersionSettings): VersionRetention {
  check("configVersions", configVersions, MOST.versions)
  if (configDays !== undefined) check("configDays", configDays, MOST.days)
  return { versions: configVersions, days: configDays ?? null }
}

function check(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return
  throw new RangeError(`${name} must be a whole number from 1 to ${most}, is ${value}`)
}

/**
 * Removes versions of configurations that need not be kept any more: after each write, when the manager starts, and once a day. The newest
 * version stays, and so do those that the client was given last, took last, and refused last.
 *
 * Life cycle: `start()` → `written()` … → `stop()`.
 */
export class VersionKeeper {
  readonly retention: VersionRetention
  readonly #documents: DocumentStore
  readonly #clients: ClientRegistry
  readonly #logger: Logger
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(documents: DocumentStore, clients: ClientRegistry, retention: VersionRetention, logger: Logger) {
    this.#documents = documents
    this.#clients = clients
    this.retention = retention
    this.#logger = logger
  }

  start(): void {
    this.#timer = setInterval(() => this.#then(() => this.#sweep()), DAY_MS).unref()
    this.#then(() => this.#sweep())
  }

  /** A configuration has a new version. What goes for it goes afterwards: nobody waits. */
  written(token: string): void {
    this.#then(() => this.#prune(token))
  }

  /** Resolves when nothing is removed any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#working
  }

  /** One after the other; a failure is told, and the next occasion tries again. */
  #then(work: () => Promise<void>): void {
    if (this.#stopped) return
    this.#working = this.#working.then(work).catch((error: unknown) => {
      this.#logger.warn("cannot remove old versions of configurations", { error })
    })
  }

  async #sweep(): Promise<void> {
    for (const token of await this.#documents.configTokens()) {
      if (this.#stopped) return
      await this.#prune(token)
    }
  }

  async #prune(token: string): Promise<void> {
    const { versions, days } = this.retention
    const { sent, accepted, refused } = this.#clients.configurationUse(token) ?? {}
    const used = [sent, accepted, refused].flatMap((use) => (use ? [Number.parseInt(use.revision, 10)] : []))
    const replacedBefore = days === null ? undefined : new Date(Date.now() - days * DAY_MS).toISOString()
    await this.#documents.pruneConfig(token, { versions, replacedBefore, except: used })
  }
}

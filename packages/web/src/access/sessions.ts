import { join } from "node:path"
import type { Account } from "./account.js"
import { JsonFile } from "./json-file.js"
import { digestOf, newSecret } from "./secret.js"

/** A login of the page that has not ended. Times in ms since 1970. */
export interface Session {
  /** Of its id, which only the browser has. */
  readonly hash: string
  /** Id of the account. */
  readonly account: string
  /** Of the password it began with; another password ends it. */
  readonly stamp: string
  readonly begun: number
  /** When it was used last, to some minutes. */
  readonly used: number
  readonly address: string
  /** When it ends at the latest, if before the others do. */
  readonly until?: number
}

/** Bounds of sessions. */
export const sessionLimits = {
  idleMs: 3 * 24 * 3600_000,
  longestMs: 30 * 24 * 3600_000,
  /** Of one account; the one that was unused for longest makes room. */
  ofAccount: 20,
  all: 2000,
}

/** A use is written down no more often than this. */
const USE_MS = 5 * 60_000

/**
 * The sessions of a web server, in `sessions.json` of a folder, so that they outlive the process; without a folder in memory.
 *
 * Only the web server whose folder it is may use it.
 */
export class Sessions {
  readonly #file: JsonFile<{ readonly sessions: readonly Session[] }>
  #sessions = new Map<string, Session>()
  readonly #now: () => number

  constructor(folder: string | undefined, now: () => number = Date.now) {
    this.#now = now
    const path = folder === undefined ? undefined : join(folder, "sessions.json")
    this.#file = new JsonFile(path, (value) => ({ sessions: parseSessions(value) }), { sessions: [] })
  }

  /** Read what was kept. A file that cannot be read costs everybody a login, and nothing else. */
  async load(): Promise<void> {
    const { sessions } = await this.#file.refresh().catch(() => ({ sessions: [] }))
    this.#sessions = new Map(sessions.map((session) => [session.hash, session]))
  }

  /** Begin one, which lasts for `lifeMs` at most, and tell its id, which is nowhere else. */
  async begin(account: Account, address: string, lifeMs?: number): Promise<string> {
    const id = newSecret()
    const hash = digestOf(id)
    const begun = this.#now()
    this.#makeRoom(account.id)
    const times = { begun, used: begun, ...(lifeMs === undefined ? {} : { until: begun + lifeMs }) }
    this.#sessions.set(hash, { hash, account: account.id, stamp: stampOf(account), ...times, address })
    await this.#write().catch(() => {}) // on a full disk it lasts as long as the process
    return id
  }

  /** The session of this id, if it lasts. */
  find(id: string): Session | undefined {
    const session = this.get(digestOf(id))
    if (session === undefined) return undefined
    if (this.#now() - session.used > USE_MS) {
      this.#sessions.set(session.hash, { ...session, used: this.#now() })
      void this.#write().catch(() => {}) // at worst it ends early after a crash
    }
    return session
  }

  /** The session of this hash, if it lasts. */
  get(hash: string): Session | undefined {
    const session = this.#sessions.get(hash)
    return session && this.#lasts(session) ? session : undefined
  }

  async end(hash: string): Promise<void> {
    if (this.#sessions.delete(hash)) await this.#write()
  }

  /** End all of an account, and tell how many there were. */
  async endAll(account: string): Promise<number> {
    const ended = [...this.#sessions.values()].filter((session) => session.account === account)
    for (const { hash } of ended) this.#sessions.delete(hash)
    if (ended.length > 0) await this.#write()
    return ended.length
  }

  /** How many an account has. */
  countOf(account: string): number {
    return [...this.#sessions.values()].filter((session) => session.account === account && this.#lasts(session)).length
  }

  /** When an account used one of its sessions last, in ms since 1970, to some minutes; undefined if it has none. */
  lastUseOf(account: string): number | undefined {
    const uses = [...this.#sessions.values()].flatMap((session) => (session.account === account ? session.used : []))
    return uses.length === 0 ? undefined : Math.max(...uses)
  }

  #lasts({ used, begun, until }: Session): boolean {
    const now = this.#now()
    if (until !== undefined && now >= until) return false
    return now - used < sessionLimits.idleMs && now - begun < sessionLimits.longestMs
  }

  #makeRoom(account: string): void {
    for (const [hash, session] of this.#sessions) if (!this.#lasts(session)) this.#sessions.delete(hash)
    const byUse = [...this.#sessions.values()].sort((a, b) => a.used - b.used)
    const own = byUse.filter((session) => session.account === account)
    for (const { hash } of own.slice(0, Math.max(0, own.length - sessionLimits.ofAccount + 1)))
      this.#sessions.delete(hash)
    const [oldest] = byUse
    if (this.#sessions.size >= sessionLimits.all && oldest) this.#sessions.delete(oldest.hash)
  }

  async #write(): Promise<void> {
    await this.#file.update(() => ({ sessions: [...this.#sessions.values()] }))
  }
}

/** What a session keeps of the password that its account has, or of who it is at a provider. */
export function stampOf({ hash, provider }: Account): string {
  return digestOf(hash ?? JSON.stringify([provider?.issuer, provider?.subject])).slice(0, 16)
}

function parseSessions(value: unknown): Session[] {
  const { sessions } = value as { sessions: Session[] }
  return sessions.filter(({ hash, account, stamp, address, begun, used, until = used }) => {
    const texts = [hash, account, stamp, address]
    return texts.every((text) => typeof text === "string") && [begun, used, until].every(Number.isFinite)
  })
}

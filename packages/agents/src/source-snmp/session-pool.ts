import type { Access } from "./access.js"
import { SnmpSession } from "./session.js"

/** A session that is used together with others. */
export interface Lease {
  readonly session: SnmpSession
  /** Give it back, once. After a failure nobody is given it any more: the next one begins afresh. */
  leave(hasFailed: boolean): void
}

interface Entry {
  readonly session: Promise<SnmpSession>
  users: number
}

/** Sessions by host, so that all intervals of a host share one socket. One is closed when nobody uses it. */
export class SessionPool {
  readonly #entries = new Map<string, Entry>()

  /** Throws as {@link SnmpSession.open}. */
  async take(access: Access, signal: AbortSignal): Promise<Lease> {
    const key = JSON.stringify(access)
    const entry = this.#entries.get(key) ?? { session: SnmpSession.open(access, signal), users: 0 }
    this.#entries.set(key, entry)
    entry.users += 1
    try {
      const session = await entry.session
      const leave = (hasFailed: boolean) => this.#leave(key, entry, session, hasFailed)
      if (!signal.aborted) return { session, leave }
      // Nobody waits for it any more who would give it back.
      leave(false)
    } catch (error) {
      this.#drop(key, entry)
      throw error
    }
    throw signal.reason
  }

  #leave(key: string, entry: Entry, session: SnmpSession, hasFailed: boolean): void {
    entry.users -= 1
    if (hasFailed || entry.users === 0) this.#drop(key, entry)
    if (entry.users === 0) session.close()
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
  }
}

import { digestOf, newSecret } from "../secret.js"

/** A login that somebody has begun, and that the provider has to answer. */
export interface PendingLogin {
  readonly state: string
  readonly nonce: string
  /** Of PKCE: what the code can be redeemed with. */
  readonly verifier: string
  /** Where the provider sends the answer. */
  readonly redirectUri: string
  /** Where to go afterwards. */
  readonly next: string
  /** The session that the browser had when it began, by the hash of its id. */
  readonly session: string | undefined
}

interface Kept {
  readonly login: PendingLogin
  /** Of the secret that the browser has in a cookie. */
  readonly browser: string
  readonly address: string
  readonly begunMs: number
}

/** How long a login may take; how many may be under way from one address, and together. The oldest makes room. */
export const pendingLimits = { lifeMs: 10 * 60_000, ofAddress: 50, all: 5000 }

/**
 * The logins that are under way, in memory. Each is good once, and only in the browser that has begun it: who is lured to the answer to a login of
 * somebody else does not come in with it.
 */
export class PendingLogins {
  readonly #all = new Map<string, Kept>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get count(): number {
    return this.#all.size
  }

  /** Begin one in a browser that has this secret, or none; tells the one it has to have. */
  add(login: Omit<PendingLogin, "state" | "nonce" | "verifier">, browser: string | undefined, address: string) {
    const secret = browser !== undefined && /^[\w-]{43}$/.test(browser) ? browser : newSecret()
    const whole: PendingLogin = { ...login, state: newSecret(), nonce: newSecret(), verifier: newSecret() }
    this.#makeRoom(address)
    this.#all.set(whole.state, { login: whole, browser: digestOf(secret), address, begunMs: this.#now() })
    return { login: whole, secret }
  }

  /** The login that this state belongs to, for the last time; undefined for another browser, or too late. */
  take(state: string, browser: string | undefined): PendingLogin | undefined {
    const kept = this.#all.get(state)
    if (kept === undefined || browser === undefined || digestOf(browser) !== kept.browser) return undefined
    this.#all.delete(state)
    return this.#now() - kept.begunMs < pendingLimits.lifeMs ? kept.login : undefined
  }

  #makeRoom(address: string): void {
    const now = this.#now()
    let own = 0
    let ownOldest: string | undefined
    for (const [state, kept] of this.#all) {
      if (now - kept.begunMs >= pendingLimits.lifeMs) this.#all.delete(state)
      else if (kept.address === address) {
        own += 1
        ownOldest ??= state
      }
    }
    const [oldest] = this.#all.keys()
    if (own >= pendingLimits.ofAddress && ownOldest !== undefined) this.#all.delete(ownOldest)
    else if (this.#all.size >= pendingLimits.all && oldest !== undefined) this.#all.delete(oldest)
  }
}

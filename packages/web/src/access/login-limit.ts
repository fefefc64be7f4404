import { WebError } from "../server/web-error.js"
import { keyOf } from "./account.js"

/** So many wrong passwords cost nothing; each further one doubles the wait, from a second to `longestMs`. */
const limits = {
  name: { free: 5, longestMs: 60_000 },
  address: { free: 10, longestMs: 15 * 60_000 },
}
/** What was wrong longer ago is forgotten. */
const FORGET_MS = 3600_000
/** Names, and addresses, that are remembered; the one that was tried least lately is forgotten. */
const MOST = 10_000

interface Failures {
  count: number
  lastMs: number
}

/**
 * Makes guessing passwords slow: for each name, and for each address that asks (of IPv6, its network of 64 bits).
 *
 * A name can be made to wait by others, so that wait is a minute at most. Times come from `now`, in ms.
 */
export class LoginLimit {
  readonly #names = new Map<string, Failures>()
  readonly #addresses = new Map<string, Failures>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /**
   * Count a try, before it is known how it ends, so that many at once are no way around it. Without a name only the address counts.
   *
   * @throws {WebError} `too-many-logins` while it has to wait; that try counts for nothing
   */
  begin(name: string | undefined, address: string): void {
    const waits = [
      name === undefined ? 0 : this.#waitMs(this.#names, keyOf(name), limits.name),
      this.#waitMs(this.#addresses, networkOf(address), limits.address),
    ]
    const waitMs = Math.max(...waits)
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000)
      throw new WebError("too-many-logins", `too many logins that failed; wait ${seconds} s`, {
        status: 429,
        remedy: "",
      })
    }
    if (name !== undefined) this.#count(this.#names, keyOf(name))
    this.#count(this.#addresses, networkOf(address))
  }

  /** The try was right: it counts no more, and what was wrong for this name before does not either. */
  succeed(name: string | undefined, address: string): void {
    if (name !== undefined) this.#names.delete(keyOf(name))
    const failures = this.#addresses.get(networkOf(address))
    if (failures !== undefined) failures.count -= 1
  }

  #waitMs(all: Map<string, Failures>, key: string, { free, longestMs }: { free: number; longestMs: number }): number {
    const failures = all.get(key)
    if (failures === undefined) return 0
    const sinceMs = this.#now() - failures.lastMs
    if (sinceMs > FORGET_MS) all.delete(key)
    if (sinceMs > FORGET_MS || failures.count < free) return 0
    return Math.min(longestMs, 1000 * 2 ** (failures.count - free)) - sinceMs
  }

  #count(all: Map<string, Failures>, key: string): void {
    const count = (all.get(key)?.count ?? 0) + 1
    all.delete(key)
    all.set(key, { count, lastMs: this.#now() })
    const [oldest] = all.keys()
    if (all.size > MOST && oldest !== undefined) all.delete(oldest)
  }
}

function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").split("%")[0] ?? ""
  if (!plain.includes(":")) return plain
  const [head = "", tail] = plain.toLowerCase().split("::")
  const begin = head === "" ? [] : head.split(":")
  const end = tail === undefined || tail === "" ? [] : tail.split(":")
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - begin.length - end.length)).fill("0")
  return `${[...begin, ...zeros, ...end].slice(0, 4).join(":")}::/64`
}

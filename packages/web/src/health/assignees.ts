import type { Access } from "../access/access.js"
import type { Identity } from "../access/identity.js"
import { WebError } from "../server/web-error.js"
import type { Finding } from "./ledger.js"

/** Names in an answer. */
const MOST_NAMES = 200

/** Who can look after a finding: a user, or, where nobody has an account or a proxy says who people are, anybody who is named. */
export class Assignees {
  readonly #access: Pick<Access, "accounts">
  readonly #hasOthers: boolean

  /** `hasOthers`: there are people without an account here. */
  constructor(access: Pick<Access, "accounts">, hasOthers: boolean) {
    this.#access = access
    this.#hasOthers = hasOthers
  }

  /** Whether any name will do. */
  get isFree(): boolean {
    return this.#hasOthers || this.#access.accounts.known.length === 0
  }

  /** The name as it is written with the user. @throws {WebError} `no-such-user` */
  check(name: string, { name: own }: Identity): string {
    const trimmed = name.trim()
    const isMeant = (each: string) => each.toLowerCase() === trimmed.toLowerCase()
    const user = [...this.#access.accounts.known.map((account) => account.name), own].find(isMeant)
    if (user !== undefined && user !== "") return user
    if (this.isFree) return trimmed
    throw new WebError("no-such-user", `there is no user ${trimmed}`, { remedy: "name a user of this web server" })
  }

  /** Names to choose from: users, whoever asks, and who looks after something already. */
  list({ name }: Identity, findings: readonly Finding[]): { free: boolean; names: string[] } {
    const users = this.#access.accounts.known.map((account) => account.name)
    const assigned = findings.flatMap(({ handling }) => handling?.assignee ?? [])
    const names = [...new Set([name, ...users, ...(this.isFree ? assigned : [])])].filter(Boolean)
    return { free: this.isFree, names: names.sort((a, b) => a.localeCompare(b)).slice(0, MOST_NAMES) }
  }
}

import { randomBytes } from "node:crypto"
import { join } from "node:path"
import { WebError } from "../server/web-error.js"
import {
  type Account,
  checkName,
  checkPassword,
  isOwnAdministrator,
  keyOf,
  mostAccounts,
  type ProviderPerson,
  parseAccounts,
} from "./account.js"
import { JsonFile } from "./json-file.js"
import { hashPassword } from "./password-hash.js"
import type { Role } from "./role.js"
import { withWriteLock } from "./write-lock.js"

interface UsersFile {
  readonly users: readonly Account[]
}

/**
 * Who can log in, in `users.json` of a folder. Several processes may use it at once: each sees what the others have changed within half a second.
 *
 * Of accounts with a password there is always one of an administrator who is not blocked, unless there is none at all.
 */
export class Accounts {
  readonly #folder: string | undefined
  readonly #file: JsonFile<UsersFile>

  /** Without a folder there are no accounts, and none can be made. */
  constructor(folder: string | undefined) {
    this.#folder = folder
    const path = folder === undefined ? undefined : join(folder, "users.json")
    this.#file = new JsonFile<UsersFile>(path, (value) => ({ users: parseAccounts(value) }), { users: [] })
  }

  /** Where they are kept. */
  get path(): string | undefined {
    return this.#file.path
  }

  /** Those that were read last. */
  get known(): readonly Account[] {
    return this.#file.content.users
  }

  /** @throws {WebError} `state-file` if there is a file that cannot be read */
  async list(options?: { force?: boolean }): Promise<readonly Account[]> {
    return (await this.#file.refresh(options)).users
  }

  /** As {@link Accounts.list} by name, in any case; or by id. */
  async find(by: { name: string } | { id: string }, options?: { force?: boolean }): Promise<Account | undefined> {
    const accounts = await this.list(options)
    if ("id" in by) return accounts.find(({ id }) => id === by.id)
    return accounts.find(({ name }) => keyOf(name) === keyOf(by.name))
  }

  /** @throws {WebError} `no-such-user` */
  async get(name: string): Promise<Account> {
    const account = await this.find({ name }, { force: true })
    if (account === undefined) throw noSuchUser(name, this.known)
    return account
  }

  /** Look whether there could be a new account of this name and role. @throws {WebError} as {@link Accounts.add} */
  async checkNew(name: string, role: Role): Promise<void> {
    checkRoom(await this.list({ force: true }), checkName(name), role)
  }

  /**
   * Make an account; the first one is of an administrator.
   *
   * @throws {WebError} `user-name`, `password`, `user-exists`, `first-administrator`, `too-many-users`, `no-folder`
   */
  async add({ name: given, role, password }: { name: string; role: Role; password: string }): Promise<Account> {
    const name = checkName(given)
    checkPassword(password, name)
    const hash = await hashPassword(password)
    const account = { id: randomBytes(9).toString("base64url"), name, role, hash, created: new Date().toISOString() }
    await this.#change((users) => {
      checkRoom(users, name, role)
      return [...users, account]
    })
    return account
  }

  /** Sessions that began with the old password end. @throws {WebError} `no-such-user`, `password`, `provider-user` */
  async setPassword(name: string, password: string): Promise<void> {
    checkPassword(password, name)
    const hash = await hashPassword(password)
    await this.#changeOne(name, (user) => ({ ...own(user, "password"), hash }))
  }

  /** @throws {WebError} `no-such-user`, `last-administrator`, `provider-user` */
  async setRole(name: string, role: Role): Promise<void> {
    await this.#changeOne(name, (user) => ({ ...own(user, "role"), role }))
  }

  /** Shut somebody out, or let them in again; `by` is who does. @throws {WebError} `no-such-user`, `last-administrator` */
  async setBlocked(name: string, isBlocked: boolean, by: string): Promise<void> {
    await this.#changeOne(name, ({ blocked, ...user }) =>
      isBlocked ? { ...user, blocked: { since: new Date().toISOString(), by } } : user,
    )
  }

  /**
   * Let in somebody whom a provider knows, in this role, and note it: as a new account with the first of `names` that nobody else has, or as the one
   * that they have. Tells what they were before.
   *
   * @throws {WebError} `name-taken`, `no-name`, `account-blocked` (403), `too-many-users`, `no-folder`
   */
  async admit(
    person: ProviderPerson,
    { names, role }: { names: readonly string[]; role: Role },
  ): Promise<{ account: Account; before: Account | undefined }> {
    const now = new Date().toISOString()
    let admitted: { account: Account; before: Account | undefined } | undefined
    await this.#change((users) => {
      const before = users.find((user) => isSame(user, person))
      if (before?.blocked?.by != null) throw accountBlocked(before.name)
      const name = freeName(users, before, names)
      const id = before?.id ?? randomBytes(9).toString("base64url")
      const account = { id, name, role, provider: person, created: before?.created ?? now, lastLogin: now }
      admitted = { account, before }
      if (before !== undefined) return users.map((user) => (user === before ? account : user))
      if (users.length >= mostAccounts) throw tooManyUsers()
      return [...users, account]
    })
    return admitted as { account: Account; before: Account | undefined }
  }

  /** A provider knows somebody, and they have no role here any more: if they have an account, it rests until they have one again. */
  async disown(person: ProviderPerson): Promise<Account | undefined> {
    const account = (await this.list({ force: true })).find((user) => isSame(user, person))
    if (account === undefined || account.blocked !== undefined) return account
    const blocked = { since: new Date().toISOString(), by: null }
    await this.#changeOne(account.name, (user) => ({ ...user, blocked }))
    return account
  }

  /** @throws {WebError} `no-such-user`, `last-administrator` */
  async remove(name: string): Promise<void> {
    await this.#changeOne(name, () => undefined)
  }

  async noteLogin(name: string): Promise<void> {
    await this.#changeOne(name, (user) => ({ ...user, lastLogin: new Date().toISOString() }))
  }

  async #changeOne(name: string, change: (user: Account) => Account | undefined): Promise<void> {
    await this.#change((users) => {
      const at = users.findIndex((user) => keyOf(user.name) === keyOf(name))
      if (at < 0) throw noSuchUser(name, users)
      const changed = change(users[at]!)
      const next = users.flatMap((user, index) => (index === at ? (changed ?? []) : user))
      if (users.some(isOwnAdministrator) && !next.some(isOwnAdministrator))
        throw lastAdministrator(users[at]!.name, this.path)
      return next
    })
  }

  async #change(change: (users: readonly Account[]) => readonly Account[]): Promise<void> {
    const folder = this.#folder
    if (folder === undefined) {
      const remedy = "start the web server with a folder, --data"
      throw new WebError("no-folder", "there is no folder to keep users in", { status: 409, remedy })
    }
    await withWriteLock(folder, () => this.#file.update(({ users }) => ({ users: change(users) })))
  }
}

function checkRoom(users: readonly Account[], name: string, role: Role): void {
  if (users.some((user) => keyOf(user.name) === keyOf(name))) {
    const remedy = "take another name, or change the password of this one"
    throw new WebError("user-exists", `there is a user ${name} already`, { status: 409, remedy })
  }
  if (users.every(({ hash }) => hash === undefined) && role !== "administrator") {
    const text = "the first user has to be an administrator, as nobody else could rule over users"
    throw new WebError("first-administrator", text, { status: 409, remedy: "give it the role administrator" })
  }
  if (users.length >= mostAccounts) {
    throw tooManyUsers()
  }
}

function tooManyUsers(): WebError {
  const remedy = "remove some who do not come any more"
  return new WebError("too-many-users", `there are ${mostAccounts} users, and not more`, { status: 409, remedy })
}

function isSame({ provider }: Account, { issuer, subject }: ProviderPerson): boolean {
  return provider?.issuer === issuer && provider.subject === subject
}

/** Names are how the audit log and tokens tell people apart, so nobody becomes another by being called so elsewhere. */
function freeName(users: readonly Account[], own: Account | undefined, names: readonly string[]): string {
  const isFree = (name: string) => users.every((user) => user === own || keyOf(user.name) !== keyOf(name))
  const name = names.find(isFree) ?? own?.name
  if (name !== undefined) return name
  const [first] = names
  if (first === undefined) {
    const remedy = "an administrator names another claim as nameClaim"
    throw new WebError("no-name", "the provider tells no name that can be one here", { status: 403, remedy })
  }
  const remedy = "an administrator removes that user, or names another claim as nameClaim"
  throw new WebError("name-taken", `there is another user ${first} here`, { status: 403, remedy })
}

/** @throws {WebError} `provider-user` for somebody whose `what` the provider rules over */
function own(user: Account, what: "password" | "role"): Account {
  if (user.provider === undefined) return user
  const text = `${user.name} comes through a provider of logins, which rules over the ${what}`
  throw new WebError("provider-user", text, { status: 409, remedy: "change it there, or block the user here" })
}

/** What somebody is told who has been shut out. */
export function accountBlocked(name: string): WebError {
  return new WebError("account-blocked", `${name} is blocked here`, { status: 403, remedy: "ask an administrator" })
}

function noSuchUser(name: string, users: readonly Account[]): WebError {
  const remedy =
    users.length === 0 ? "there are no users" : `those that there are: ${users.map((user) => user.name).join(", ")}`
  return new WebError("no-such-user", `there is no user ${JSON.stringify(name)}`, { status: 404, remedy })
}

function lastAdministrator(name: string, path = "the file of users"): WebError {
  const remedy = `make another user with a password an administrator first; to be without users, stop the web server and remove ${path}`
  return new WebError("last-administrator", `${name} is the last administrator`, { status: 409, remedy })
}

import { createHash, randomBytes, timingSafeEqual } from "node:crypto"

/** Someone who may log in. */
export interface User {
  readonly name: string
  readonly salt: string
  /** SHA-256 of salt and password, in hexadecimal. */
  readonly hash: string
  /** Vhosts that the user may open; null for all. */
  readonly vhosts: readonly string[] | null
}

/** The users and their salted passwords. */
export class Users {
  readonly #users = new Map<string, User>()

  /** Makes a user of a password; keeps no copy of the password. */
  static create(name: string, password: string, vhosts: readonly string[] | null): User {
    const salt = randomBytes(16).toString("hex")
    return { name, salt, hash: hashOf(salt, password).toString("hex"), vhosts }
  }

  /** Adds a user, in place of one of the same name. */
  add(user: User): void {
    this.#users.set(user.name, user)
  }

  /** False if there was none. */
  remove(name: string): boolean {
    return this.#users.delete(name)
  }

  find(name: string): User | undefined {
    return this.#users.get(name)
  }

  [Symbol.iterator](): Iterator<User> {
    return this.#users.values()
  }

  /** Whether a password is the user's. */
  static matches(user: User, password: string): boolean {
    return timingSafeEqual(hashOf(user.salt, password), Buffer.from(user.hash, "hex"))
  }

  /** The user if name and password are right. Takes as long for an unknown name as for a wrong password. */
  login(name: string, password: string): User | undefined {
    const user = this.#users.get(name)
    return Users.matches(user ?? nobody, password) ? user : undefined
  }
}

/** Stands in for a name that does not exist; no password has this hash. */
const nobody: User = { name: "", salt: "", hash: "00".repeat(32), vhosts: [] }

/** Whether a user may open a vhost. */
export function mayOpen(user: User, vhost: string): boolean {
  return user.vhosts === null || user.vhosts.includes(vhost)
}

function hashOf(salt: string, password: string): Buffer {
  return createHash("sha256").update(salt, "hex").update(password, "utf8").digest()
}

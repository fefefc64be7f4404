import { StorageError } from "./errors.js"

/** Where a CouchDB is, and who asks it. */
export interface CouchAddress {
  /** Without user, password and trailing slash: safe to print. */
  readonly url: string
  /** Value of the header Authorization; undefined for a CouchDB that is open to all. */
  readonly authorization: string | undefined
}

/** A login beside the URL; it counts where the URL says nothing of it. */
export interface CouchLogin {
  readonly user?: string
  readonly password?: string
}

/** Whether this is meant as the address of a CouchDB, and not as a folder. */
export function isCouchUrl(documents: string): boolean {
  return /^https?:\/\//i.test(documents)
}

/**
 * Address and login of `http[s]://[user[:password]@]host[:port][/path]`. The password of the URL comes before that of `login`.
 *
 * @throws {StorageError} `couchdb-url`; the message has no password
 */
export function couchAddress(text: string, login: CouchLogin = {}): CouchAddress {
  if (!isCouchUrl(text) || !URL.canParse(text)) {
    throw new StorageError("couchdb-url", "the address of a CouchDB is http[s]://[user:password@]host[:port]/")
  }
  const url = new URL(text)
  const user = decoded(url.username) || login.user
  const password = decoded(url.password) || login.password
  if (url.search !== "" || url.hash !== "") {
    throw new StorageError("couchdb-url", `the address of the CouchDB at ${url.host} has something behind its path`)
  }
  if (password !== undefined && user === undefined) {
    throw new StorageError("couchdb-url", `there is a password for the CouchDB at ${url.host}, and no user: name one`)
  }
  const plain = `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`
  if (user === undefined) return { url: plain, authorization: undefined }
  return { url: plain, authorization: `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}` }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a bare % is one
  }
}

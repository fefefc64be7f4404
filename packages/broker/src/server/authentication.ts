import type { User } from "../model/users.js"
import { ByteReader } from "../wire/byte-reader.js"
import { ByteWriter } from "../wire/byte-writer.js"
import { readTable } from "../wire/table-codec.js"

/** Mechanisms offered, in the order in which they are preferred. */
export const mechanisms: readonly string[] = ["PLAIN", "AMQPLAIN"]

/** Gives the user if the password is right. */
export type Login = (name: string, password: string) => User | undefined

/** The user that a login names, if the password is right; undefined for an unknown mechanism or a malformed response too. */
export function authenticate(login: Login, mechanism: string, response: Buffer): User | undefined {
  const given =
    mechanism === "PLAIN" ? readPlain(response) : mechanism === "AMQPLAIN" ? readAmqplain(response) : undefined
  return given && login(given.name, given.password)
}

interface Credentials {
  name: string
  password: string
}

/** `[authorization identity] NUL name NUL password` (RFC 4616). The identity is not looked at. */
function readPlain(response: Buffer): Credentials | undefined {
  const parts = response.toString("utf8").split("\0")
  if (parts.length !== 3) return undefined
  return { name: parts[1] as string, password: parts[2] as string }
}

/** A field table without its length, with the entries LOGIN and PASSWORD. */
function readAmqplain(response: Buffer): Credentials | undefined {
  const writer = new ByteWriter(response.length + 4)
  writer.longstr(response)
  const bytes = writer.bytes()
  try {
    const table = readTable(new ByteReader(bytes, 0, bytes.length))
    const name = table.get("LOGIN")?.value
    const password = table.get("PASSWORD")?.value
    return typeof name === "string" && typeof password === "string" ? { name, password } : undefined
  } catch {
    return undefined
  }
}

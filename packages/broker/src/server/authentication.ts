import type { User, Users } from "../model/users.js"
import { ByteReader } from "../wire/byte-reader.js"
import { ByteWriter } from "../wire/byte-writer.js"
import { readTable } from "../wire/table-codec.js"

/** Mechanisms offered, in the order in which they are preferred. */
export const mechanisms: readonly string[] = ["PLAIN", "AMQPLAIN"]

/** The user that a login names, if the password is right; undefined for an unknown mechanism or a malformed response too. */
export function authenticate(users: Users, mechanism: string, response: Buffer): User | undefined {
  const login =
    mechanism === "PLAIN" ? readPlain(response) : mechanism === "AMQPLAIN" ? readAmqplain(response) : undefined
  return login && users.login(login.name, login.password)
}

interface Login {
  name: string
  password: string
}

/** `[authorization identity] NUL name NUL password` (RFC 4616). The identity is not looked at. */
function readPlain(response: Buffer): Login | undefined {
  const parts = response.toString("utf8").split("\0")
  if (parts.length !== 3) return undefined
  return { name: parts[1] as string, password: parts[2] as string }
}

/** A field table without its length, with the entries LOGIN and PASSWORD. */
function readAmqplain(response: Buffer): Login | undefined {
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

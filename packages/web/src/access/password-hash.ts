import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto"
import { promisify } from "node:util"
import { Gate } from "../server/gate.js"

const derive = promisify<Buffer, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** Cost of a new hash: 32 MiB of memory, about a tenth of a second. */
const cost = { logN: 15, r: 8, p: 1 }
const KEY_BYTES = 32
const SALT_BYTES = 16

/** Each takes memory, and a thread that files need, too. */
const gate = new Gate(2, 100)

/** A hash that no password has, as dear to try as any. */
const impossible = `${prefixOf(cost)}${"A".repeat(22)}$${"A".repeat(43)}`

/**
 * Hash a password with scrypt and a salt of its own, as `$scrypt$ln=15,r=8,p=1$SALT$HASH` (base64 without padding): its cost stands with it, so
 * hashes of other costs stay good.
 *
 * @throws {WebError} `busy` if too many wait for theirs
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await run(password, salt, cost)
  return `${prefixOf(cost)}${text(salt)}$${text(key)}`
}

/**
 * Whether this is the password of the hash. Without a hash, or with one that cannot be read, the answer is no, and takes as long.
 *
 * @throws {WebError} `busy` if too many wait for theirs
 */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const known = parse(hash)
  const { salt, key, ...parameters } = known ?? (parse(impossible) as Parsed)
  const made = await run(password, salt, parameters)
  return timingSafeEqual(made, key) && known !== undefined
}

interface Cost {
  readonly logN: number
  readonly r: number
  readonly p: number
}

interface Parsed extends Cost {
  readonly salt: Buffer
  readonly key: Buffer
}

const shape = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/-]{16,86})\$([\w+/-]{43})$/

/** Costs beyond these bounds would stop the server. */
function parse(hash: string | undefined): Parsed | undefined {
  const [, ln, r, p, salt, key] = shape.exec(hash ?? "") ?? []
  if (ln === undefined || salt === undefined || key === undefined) return undefined
  const found = { logN: Number(ln), r: Number(r), p: Number(p) }
  const isBounded =
    found.logN >= 10 && found.logN <= 20 && found.r >= 1 && found.r <= 32 && found.p >= 1 && found.p <= 8
  return isBounded ? { ...found, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") } : undefined
}

function run(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN
  const maxmem = 128 * N * r + 128 * r * p + 1024 * 1024
  // One text can be written in several ways of Unicode, and keyboards differ.
  return gate.run(() => derive(Buffer.from(password.normalize("NFKC")), salt, KEY_BYTES, { N, r, p, maxmem }))
}

function prefixOf({ logN, r, p }: Cost): string {
  return `$scrypt$ln=${logN},r=${r},p=${p}$`
}

function text(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "")
}

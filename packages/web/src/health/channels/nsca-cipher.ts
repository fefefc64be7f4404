import { createCipheriv } from "node:crypto"

/** Methods of encryption, each with the number that `send_nsca.cfg` has for it. */
export const nscaMethods = { none: 0, xor: 1, "3des": 3, aes: 14 } as const

export type NscaMethod = keyof typeof nscaMethods

/** Whether there is a method of this name. */
export function isNscaMethod(value: unknown): value is NscaMethod {
  return typeof value === "string" && Object.hasOwn(nscaMethods, value)
}

/** Encrypts the packets of one connection, in their order. */
export type NscaCipher = (packet: Buffer) => Buffer

/**
 * What encrypts packets for a daemon that has sent this vector.
 *
 * Ciphers run in 8-bit feedback from the first packet to the last. Keys are passwords, cut or filled up with zeros to the longest that a cipher takes,
 * as mcrypt has it. XOR begins anew with each packet; it hides something from those only who do not look.
 */
export function nscaCipher(method: NscaMethod, password: string, vector: Buffer): NscaCipher {
  if (method === "none") return (packet) => packet
  const secret = Buffer.from(password)
  if (method === "xor") return (packet) => xor(xor(packet, vector), secret)
  const { name, key, block } = ciphers[method]
  const filled = Buffer.alloc(key)
  secret.copy(filled)
  const cipher = createCipheriv(name, filled, vector.subarray(0, block))
  return (packet) => cipher.update(packet)
}

const ciphers = {
  "3des": { name: "des-ede3-cfb8", key: 24, block: 8 },
  aes: { name: "aes-256-cfb8", key: 32, block: 16 },
} as const

function xor(bytes: Buffer, key: Buffer): Buffer {
  return key.length === 0 ? bytes : Buffer.from(bytes.map((byte, i) => byte ^ key[i % key.length]!))
}

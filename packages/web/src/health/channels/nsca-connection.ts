import { connect } from "node:net"
import { type NscaMethod, nscaCipher } from "./nsca-cipher.js"
import { type NscaCheck, nscaPacket } from "./nsca-packet.js"

/** A daemon, and how it wants to be spoken to. */
export interface NscaPeer {
  readonly host: string
  readonly port: number
  readonly method: NscaMethod
  readonly password: string
}

/** What the daemon says first: a vector and its time. */
const VECTOR_BYTES = 128
const GREETING_BYTES = VECTOR_BYTES + 4

/**
 * Send check results in one connection. Resolves when the daemon has closed it, or has had the time to: it never says whether it has taken them.
 *
 * @throws {Error} saying why they could not be sent
 */
export async function sendNsca(
  { host, port, method, password }: NscaPeer,
  checks: readonly NscaCheck[],
  { answerMs, signal }: { readonly answerMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const peer = `${host}:${port}`
  const socket = connect({ host, port, signal })
  const limit = setTimeout(() => socket.destroy(new Error(`${peer}: no answer within ${answerMs / 1000} s`)), answerMs)
  try {
    let greeting = Buffer.alloc(0)
    let isSent = false
    for await (const bytes of socket as AsyncIterable<Buffer>) {
      if (isSent) continue
      greeting = Buffer.concat([greeting, bytes])
      if (greeting.length < GREETING_BYTES) continue
      const encrypt = nscaCipher(method, password, greeting.subarray(0, VECTOR_BYTES))
      const time = greeting.readUInt32BE(VECTOR_BYTES)
      socket.end(Buffer.concat(checks.map((check) => encrypt(nscaPacket(check, time)))))
      isSent = true
    }
    if (!isSent) throw new Error(`${peer} has closed the connection: may this machine send there (allowed_hosts)?`)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(limit)
    socket.destroy()
  }
}

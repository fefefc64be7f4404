import type { ConnectionUrl } from "./connection-url.js"
import { ConnectFailed } from "./errors.js"
import { messageOf } from "./logger.js"

const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
])

/**
 * What a failed attempt to connect means for the person who reads it: one `ConnectFailed` with a code of its own.
 *
 * An error that is a `ConnectFailed` already is returned as it is.
 */
export function connectError(error: unknown, at: ConnectionUrl): ConnectFailed {
  if (error instanceof ConnectFailed) return error
  const text = messageOf(error)
  const address = `${at.protocol}://${at.hostname}:${at.port}/`
  const failed = (code: string, message: string) => new ConnectFailed(code, message, { cause: error })

  if (/ACCESS.REFUSED|Handshake terminated by server: 403/i.test(text) && !/vhost/i.test(text)) {
    return failed(
      "login-refused",
      `the broker at ${address} refuses user "${at.username}": unknown user or wrong password`,
    )
  }
  // amqplib reports the refusal of connection.open only as an unexpected answer to it.
  if (/vhost|NOT_ALLOWED|Expected ConnectionOpenOk/i.test(text)) {
    return failed(
      "vhost-refused",
      `the broker at ${address} has no vhost "${at.vhost}", or user "${at.username}" may not use it: check the path of the URL`,
    )
  }
  const code = codeOf(error)
  if (isTlsTrouble(code, text)) return failed("tls-refused", `no TLS connection to ${address}: ${text}`)
  if (unreachable.has(code) || /ETIMEDOUT/.test(text)) {
    return failed(
      "broker-away",
      `no broker answers at ${address} (${code || text}): is it running? "metricq up" starts a whole network`,
    )
  }
  if (/opening handshake|Expected ConnectionStart|Invalid frame|frame/i.test(text)) {
    return failed("not-amqp", `what listens at ${address} ended or broke the AMQP handshake: ${text}`)
  }
  return failed("connect-failed", `no connection to the broker at ${address}: ${text}`)
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === "string" ? code : ""
}

function isTlsTrouble(code: string, text: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/.test(code) ||
    /\bSSL\b/.test(text)
  )
}

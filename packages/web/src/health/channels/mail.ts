import { rootCertificates } from "node:tls"
import { isLoopback } from "../../server/loopback.js"
import { type Given, lineOf, onlyKeys, portOf, wrongSetting } from "../setting-values.js"
import type { Channel, ChannelParts, ChannelType, Notice } from "./channel.js"
import { type ChannelSecret, parseNamedFile, parseSecret } from "./channel-secret.js"
import { mailText } from "./mail-text.js"

/** How the connection to a mail server is protected: from its begin, before anything is said, or not at all. */
export type MailSecurity = "tls" | "starttls" | "none"

/** A mail server, and who gets mail. */
export interface MailTarget {
  readonly host: string
  readonly port: number
  readonly security: MailSecurity
  readonly user?: string
  readonly password?: ChannelSecret
  /** Certificates to trust beside those that everybody trusts, as PEM. */
  readonly ca?: { readonly $file: string }
  readonly from: string
  readonly to: readonly string[]
}

const MOST_RECEIVERS = 50
const ports: Readonly<Record<MailSecurity, number>> = { tls: 465, starttls: 587, none: 25 }
const keys = ["host", "port", "security", "user", "password", "ca", "from", "to"]

/** Sends findings by SMTP, many in one mail. */
export const mail: ChannelType<MailTarget> = {
  digestS: 60,
  parse(given: Given, mayNameAnyFile) {
    onlyKeys("mail", given, keys)
    const host = lineOf("mail.host", given.host, 255).trim()
    if (!/^[\w.:-]+$/.test(host)) wrongSetting("mail.host: expected the name or address of a mail server")
    const security = securityOf(given.security ?? "starttls")
    const port = given.port === undefined ? ports[security] : portOf("mail.port", given.port)
    const user = given.user === undefined || given.user === "" ? undefined : lineOf("mail.user", given.user, 255)
    const password = parseSecret("mail.password", given.password, mayNameAnyFile)
    if ((user === undefined) !== (password === undefined))
      wrongSetting("mail.user and mail.password: there are both or none")
    if (password !== undefined && security === "none" && !isLoopback(host))
      wrongSetting("mail.security: a password is sent by tls or starttls only")
    const ca = parseNamedFile("mail.ca", given.ca, mayNameAnyFile)
    const login = user === undefined || password === undefined ? {} : { user, password }
    return {
      host,
      port,
      security,
      ...login,
      ...(ca ? { ca } : {}),
      from: addressOf("mail.from", given.from),
      to: receiversOf(given.to),
    }
  },
  receiverOf: ({ host, port, security, user = "" }) => `${security} ${user} ${host}:${port}`,
  make: (target, parts) => new Mail(target, parts),
}

class Mail implements Channel {
  readonly #target: MailTarget
  readonly #parts: ChannelParts

  constructor(target: MailTarget, parts: ChannelParts) {
    this.#target = target
    this.#parts = parts
  }

  async send(notice: Notice, signal: AbortSignal): Promise<string> {
    const { host, port, security, user, password, ca, from, to } = this.#target
    const { answerMs, secretOf, fileOf } = this.#parts
    const auth = password === undefined ? undefined : { user, pass: await secretOf(password) }
    const { createTransport } = await import("nodemailer")
    const transport = createTransport({
      ...{
        host,
        port,
        secure: security === "tls",
        requireTLS: security === "starttls",
        ignoreTLS: security === "none",
      },
      ...(auth ? { auth } : {}),
      ...(ca ? { tls: { ca: [...rootCertificates, await fileOf(ca.$file)] } } : {}),
      ...{ connectionTimeout: answerMs, greetingTimeout: answerMs, socketTimeout: answerMs, dnsTimeout: answerMs },
      ...{ disableFileAccess: true, disableUrlAccess: true },
    })
    try {
      const { accepted, rejected, response } = await transport.sendMail({
        ...mailText(notice, from),
        ...{ from, to: [...to], signal },
      })
      if (accepted.length === 0) throw new Error(`nobody was accepted: ${response}`)
      const left = rejected.length === 0 ? "" : `; it has refused ${rejected.join(", ")}`
      return `${response}${left}`
    } catch (error) {
      throw new Error(reasonOf(error as Error & { response?: string }, host, port), { cause: error })
    } finally {
      transport.close()
    }
  }
}

/** What the server has said itself, if it has said something. */
function reasonOf({ response, message }: Error & { response?: string }, host: string, port: number): string {
  return `${host}:${port}: ${(response ?? message).replaceAll(/\s+/g, " ").slice(0, 500)}`
}

function securityOf(value: unknown): MailSecurity {
  if (typeof value === "string" && Object.hasOwn(ports, value)) return value as MailSecurity
  return wrongSetting("mail.security: expected tls, starttls or none")
}

/** `name@host`, or `Name <name@host>`. */
function addressOf(key: string, value: unknown): string {
  const text = lineOf(key, value, 320).trim()
  if (/^[^\s<>@,;"]+@[^\s<>@,;"]+$/.test(text) || /^[^<>@,;"]+ <[^\s<>@,;"]+@[^\s<>@,;"]+>$/.test(text)) return text
  return wrongSetting(`${key}: expected an address such as metricq@example.org or MetricQ <metricq@example.org>`)
}

function receiversOf(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_RECEIVERS)
    return wrongSetting(`mail.to: expected a list of 1 to ${MOST_RECEIVERS} addresses`)
  return value.map((each: unknown) => addressOf("mail.to", each))
}

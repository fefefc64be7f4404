import { hostname } from "node:os"
import { type Given, lineOf, numberIn, onlyKeys, portOf, wrongSetting } from "../setting-values.js"
import type { Channel, ChannelParts, ChannelType, Notice } from "./channel.js"
import { type ChannelSecret, parseSecret } from "./channel-secret.js"
import { nscaChecks } from "./nsca-checks.js"
import { isNscaMethod, type NscaMethod, nscaMethods } from "./nsca-cipher.js"
import { sendNsca } from "./nsca-connection.js"
import { nscaLengths } from "./nsca-packet.js"

/** An `nsca` daemon, and the passive checks that it gets. */
export interface NscaTarget {
  readonly host: string
  readonly port: number
  readonly encryption: NscaMethod
  readonly password?: ChannelSecret
  /** Name of the host in Nagios, Icinga or Centreon. */
  readonly reportingHost: string
  /** Name of the service; with `{kind}` in it there is one for each kind of finding. */
  readonly service: string
  /** Seconds after which an unchanged state is told again. */
  readonly resendS: number
}

const keys = ["host", "port", "encryption", "password", "reportingHost", "service", "resendS"]

/** Tells a monitoring system how things stand, as the result of passive checks. */
export const nsca: ChannelType<NscaTarget> = {
  digestS: 5,
  parse(given: Given, mayNameAnyFile) {
    onlyKeys("nsca", given, keys)
    const host = lineOf("nsca.host", given.host, 255).trim()
    if (!/^[\w.:-]+$/.test(host)) wrongSetting("nsca.host: expected the name or address of a machine")
    const { encryption = "none", port = 5667, resendS = 180 } = given
    if (!isNscaMethod(encryption))
      return wrongSetting(`nsca.encryption: expected ${Object.keys(nscaMethods).join(", ")}`)
    const password = parseSecret("nsca.password", given.password, mayNameAnyFile)
    if (encryption === "none" && password !== undefined)
      wrongSetting("nsca.encryption: without encryption there is no password")
    return {
      ...{ host, port: portOf("nsca.port", port), encryption },
      ...(password === undefined ? {} : { password }),
      reportingHost: shortLine("nsca.reportingHost", given.reportingHost ?? hostname(), nscaLengths.host),
      service: shortLine("nsca.service", given.service ?? "MetricQ", nscaLengths.service),
      resendS: numberIn("nsca.resendS", resendS, 10, 86_400),
    }
  },
  receiverOf: ({ host, port, encryption }) => `${encryption} ${host}:${port}`,
  repeatS: ({ resendS }) => resendS,
  make: (target, parts) => new Nsca(target, parts),
}

class Nsca implements Channel {
  readonly #target: NscaTarget
  readonly #parts: ChannelParts

  constructor(target: NscaTarget, parts: ChannelParts) {
    this.#target = target
    this.#parts = parts
  }

  async send(notice: Notice, signal: AbortSignal): Promise<string> {
    const { host, port, encryption, password } = this.#target
    const { answerMs, secretOf } = this.#parts
    const key = password === undefined ? "" : await secretOf(password)
    const checks = nscaChecks(this.#target, notice.standing())
    await sendNsca({ host, port, method: encryption, password: key }, checks, { answerMs, signal })
    const results = checks.length === 1 ? "1 check result" : `${checks.length} check results`
    return `${results} sent; the daemon does not say whether it has taken them`
  }
}

/** One byte of its field ends the text. */
function shortLine(key: string, value: unknown, bytes: number): string {
  const text = lineOf(key, value, bytes - 1).trim()
  if (text.includes(";")) wrongSetting(`${key}: there must be no semicolon in it`)
  return Buffer.byteLength(text) < bytes ? text : wrongSetting(`${key}: expected at most ${bytes - 1} bytes`)
}

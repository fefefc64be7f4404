import { createHmac } from "node:crypto"
import { type Given, onlyKeys, wrongSetting } from "../setting-values.js"
import type { Channel, ChannelParts, ChannelType, Notice } from "./channel.js"
import { type ChannelSecret, parseSecret } from "./channel-secret.js"
import { webhookMessage } from "./webhook-message.js"

/** An address that gets JSON. */
export interface WebhookTarget {
  readonly url: string
  /** Key that signs messages. */
  readonly secret?: ChannelSecret
}

const MOST_CHARACTERS = 2000

/** Sends findings as JSON to an address. */
export const webhook: ChannelType<WebhookTarget> = {
  digestS: 0,
  parse(given: Given, mayNameAnyFile) {
    onlyKeys("webhook", given, ["url", "secret"])
    const { url } = given
    if (typeof url !== "string" || url.length > MOST_CHARACTERS || !/^https?:\/\//.test(url) || !URL.canParse(url))
      return wrongSetting("webhook.url: expected an address that begins with https:// or http://")
    const secret = parseSecret("webhook.secret", given.secret, mayNameAnyFile)
    return secret === undefined ? { url } : { url, secret }
  },
  receiverOf: ({ url }) => new URL(url).origin,
  make: (target, parts) => new Webhook(target, parts),
}

class Webhook implements Channel {
  readonly #target: WebhookTarget
  readonly #parts: ChannelParts

  constructor(target: WebhookTarget, parts: ChannelParts) {
    this.#target = target
    this.#parts = parts
  }

  /** Redirections are not followed: nobody has named where they lead. */
  async send(notice: Notice, ending: AbortSignal): Promise<string> {
    const { url, secret } = this.#target
    const { answerMs, secretOf } = this.#parts
    const body = JSON.stringify(webhookMessage(notice))
    const headers: Record<string, string> = { "content-type": "application/json", "user-agent": "metricq" }
    if (secret !== undefined) headers["x-metricq-signature"] = signatureOf(await secretOf(secret), notice.time, body)
    const limit = AbortSignal.timeout(answerMs)
    const signal = AbortSignal.any([ending, limit])
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal }).catch((error) => {
      throw limit.aborted ? new Error(`no answer within ${answerMs / 1000} s`) : reasonOf(error as Error)
    })
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`it answered with status ${answer.status}`)
    return `it answered with status ${answer.status}`
  }
}

/** Header that proves where a message comes from: `t=TIME,sha256=HEX`, the HMAC of time, a dot and the body. */
export function signatureOf(key: string, time: string, body: string): string {
  return `t=${time},sha256=${createHmac("sha256", key).update(`${time}.${body}`).digest("hex")}`
}

/** `fetch` hides why behind "fetch failed". */
function reasonOf(error: Error): Error {
  const { cause } = error
  return cause instanceof Error && cause.message !== "" ? cause : error
}

import { MetricqError, TimeoutError } from "@metricq/client"
import { connect, ErrorWithSubackPacket, type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt"
import { milliseconds } from "../kit/fields/duration.js"
import { nodeTlsOptions } from "../kit/fields/tls.js"
import { secretText } from "../kit/secret-text.js"
import type { BrokerConfig } from "./config.js"
import { PacketGuard } from "./packet-guard.js"

/** What a session is told to do. */
export interface SessionOptions {
  readonly config: BrokerConfig
  readonly clientId: string
  readonly topics: readonly { readonly topic: string; readonly qos: 0 | 1 | 2 }[]
  readonly signal: AbortSignal
  readonly onMessage: (topic: string, payload: Buffer, isRetained: boolean) => void
  /** The subscriptions are there, but for those that the broker does not allow. */
  readonly onOpen: (refused: readonly string[]) => void
}

/** Topic and headers of a message, beside its payload. */
const MAX_HEADER_BYTES = 128 * 1024
/** How long saying goodbye may take. */
const GOODBYE_MS = 300

/**
 * One connection to a broker, from its beginning to its end; it never comes back. Resolves after the signal aborted.
 *
 * @throws {MetricqError} `mqtt` with the reason for which it could not be opened, or ended; `secret`; {TimeoutError}
 */
export async function mqttSession(options: SessionOptions): Promise<void> {
  const { config, signal, topics, onMessage, onOpen } = options
  signal.throwIfAborted()
  const client = connect(config.url, clientOptions(options))
  const ended = endOf(client, config, signal)
  client.on("message", (topic: string, payload: Buffer, { retain }: IPublishPacket) =>
    onMessage(topic, payload, retain),
  )
  try {
    const refused = await Promise.race([ended, subscribed(client, topics, milliseconds(config.connect_timeout))])
    if (refused !== undefined) onOpen(refused)
    await ended
  } finally {
    ended.catch(() => undefined)
    await close(client)
  }
}

function clientOptions({ config, clientId }: SessionOptions): IClientOptions {
  const { user, password, session, version, keepalive, tls } = config
  const isSecure = /^(?:mqtts|wss):/.test(config.url)
  const tlsOptions = isSecure && tls !== undefined ? nodeTlsOptions(tls) : {}
  return {
    ...tlsOptions,
    ...(config.url.startsWith("ws") && {
      wsOptions: { ...tlsOptions, maxPayload: config.max_payload + MAX_HEADER_BYTES },
    }),
    clientId,
    clean: session === "clean",
    protocolVersion: version,
    ...(version === 3 && { protocolId: "MQIsdp" }),
    ...(version === 5 && { properties: versionFive(config) }),
    ...(user !== undefined && { username: user }),
    ...(password !== undefined && { password: secretText(password) }),
    keepalive: Math.max(1, Math.ceil(milliseconds(keepalive) / 1000)),
    connectTimeout: milliseconds(config.connect_timeout),
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
  }
}

/** A session that should be kept needs a time there. */
function versionFive({ session, max_payload }: SessionOptions["config"]): NonNullable<IClientOptions["properties"]> {
  const kept = session === "persistent" ? { sessionExpiryInterval: 0xffff_fffe } : {}
  return { ...kept, maximumPacketSize: max_payload + MAX_HEADER_BYTES }
}

/** Settles when the session ends: rejects with the reason, resolves if it was told to. */
function endOf(client: MqttClient, { max_payload }: SessionOptions["config"], signal: AbortSignal): Promise<void> {
  const guard = new PacketGuard(max_payload + MAX_HEADER_BYTES)
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(new MetricqError("mqtt", reasonOf(error), { cause: error }))
    client.on("error", fail)
    client.on("close", () => fail(new Error("the broker has closed the connection")))
    client.on("disconnect", ({ reasonCode }) => fail(new Error(`the broker ends the session with code ${reasonCode}`)))
    client.stream.on("data", (bytes: Buffer) => {
      if (guard.accepts(bytes)) return
      fail(new Error(`a message has more than ${max_payload} bytes (max_payload)`))
      client.stream.destroy()
    })
    signal.addEventListener("abort", () => resolve(), { once: true })
  })
}

/** Subscribes to all topics, and tells which ones the broker does not allow; throws if that is all of them. */
async function subscribed(
  client: MqttClient,
  topics: SessionOptions["topics"],
  timeoutMs: number,
): Promise<readonly string[]> {
  await new Promise<void>((resolve) => client.once("connect", () => resolve()))
  const wanted = Object.fromEntries(topics.map(({ topic, qos }) => [topic, { qos }]))
  const answered = client.subscribeAsync(wanted).then(
    () => [],
    // One that is not allowed makes the library reject them all.
    (error) => refusedOf(error, Object.keys(wanted)),
  )
  const refused = await within(timeoutMs, answered)
  if (refused.length < Object.keys(wanted).length) return refused
  throw new MetricqError("mqtt", notAllowed(refused))
}

/** What is said about filters that the broker does not allow. */
export function notAllowed(topics: readonly string[]): string {
  return `the broker does not allow to subscribe to ${topics.join(", ").slice(0, 200)}`
}

function refusedOf(error: unknown, topics: readonly string[]): string[] {
  if (!(error instanceof ErrorWithSubackPacket)) throw error
  const { granted } = error.packet
  return topics.filter((_, i) => Number(granted[i]) >= 128)
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError("the broker does not confirm the subscriptions")), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function close(client: MqttClient): Promise<void> {
  client.removeAllListeners("message")
  client.on("error", () => undefined)
  const force = setTimeout(() => client.stream.destroy(), GOODBYE_MS)
  await new Promise<void>((resolve) => {
    if (client.stream.destroyed) resolve()
    else {
      client.stream.once("close", () => resolve())
      client.end(!client.connected)
    }
  })
  clearTimeout(force)
}

function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return message || String(code ?? error)
}

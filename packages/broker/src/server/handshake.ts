import { ConnectionError } from "../errors.js"
import { mayOpen, type User } from "../model/users.js"
import type { Vhost } from "../model/vhost.js"
import { constants } from "../spec/constants.js"
import type { MethodSpec, Methods } from "../spec/methods.js"
import type { FrameWriter } from "../wire/frame-writer.js"
import { decodeArguments } from "../wire/method-codec.js"
import { type Table, tableOf } from "../wire/table.js"
import { authenticate, type Login, mechanisms } from "./authentication.js"

const FRAME_MIN = constants.frameMinSize

/** What is agreed on with `connection.tune`. */
export interface Tuning {
  channelMax: number
  /** Bytes of a whole frame. */
  frameMax: number
  /** Seconds; 0 for none. */
  heartbeatS: number
}

/** What the handshake needs of the broker. */
export interface HandshakeContext {
  readonly login: Login
  /** What is offered; the client may only take less of channels and frame size. */
  readonly tuning: Tuning
  readonly serverProperties: Table
  findVhost(name: string): Vhost | undefined
}

/** The client could not log in and is of the kind that expects the socket to be closed without a word. */
export class SilentRefusal extends Error {}

/** The opening of a connection up to `connection.open`: one step after the other, each expecting one method. */
export class Handshake {
  clientProperties: Table = new Map()
  tuning: Tuning
  user: User | undefined
  readonly #context: HandshakeContext
  readonly #writer: FrameWriter
  #step: "start-ok" | "tune-ok" | "open" = "start-ok"

  constructor(context: HandshakeContext, writer: FrameWriter) {
    this.#context = context
    this.#writer = writer
    this.tuning = context.tuning
  }

  /** Sends what begins every connection. */
  start(): void {
    this.#writer.method(0, "connection.start", {
      versionMajor: 0,
      versionMinor: 9,
      serverProperties: this.#context.serverProperties,
      mechanisms: Buffer.from(mechanisms.join(" ")),
      locales: Buffer.from("en_US"),
    })
  }

  /**
   * Takes the next method; returns the vhost once the connection is open.
   *
   * @throws {ConnectionError} for a method out of turn, a refused login, values beyond the limits, or a vhost that cannot be opened
   * @throws {SilentRefusal} for a refused login of a client that does not want a reason
   */
  accept(spec: MethodSpec, buffer: Buffer, start: number, end: number): Vhost | undefined {
    if (spec.name !== `connection.${this.#step}`) {
      throw new ConnectionError(constants.commandInvalid, `expected 'connection.${this.#step}', got '${spec.name}'`)
    }
    const args = decodeArguments(spec, buffer, start, end) as unknown
    if (this.#step === "start-ok") this.#login(args as Methods["connection.start-ok"])
    else if (this.#step === "tune-ok") this.#tune(args as Methods["connection.tune-ok"])
    else return this.#open(args as Methods["connection.open"])
    return undefined
  }

  /** What the client calls its connection; undefined if it does not. */
  get clientName(): string | undefined {
    const name = this.clientProperties.get("connection_name")?.value
    return typeof name === "string" ? name : undefined
  }

  /** Whether the client announced a capability. */
  hasCapability(name: string): boolean {
    const capabilities = this.clientProperties.get("capabilities")
    return capabilities?.type === "F" && (capabilities.value as Table).get(name)?.value === true
  }

  #login({ clientProperties, mechanism, response }: Methods["connection.start-ok"]): void {
    this.clientProperties = clientProperties
    if (!mechanisms.includes(mechanism)) {
      throw this.#refusal(`unknown authentication mechanism '${mechanism}'`)
    }
    this.user = authenticate(this.#context.login, mechanism, Buffer.from(response))
    if (this.user === undefined) {
      throw this.#refusal(
        `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
      )
    }
    const { channelMax, frameMax, heartbeatS } = this.#context.tuning
    this.#writer.method(0, "connection.tune", { channelMax, frameMax, heartbeat: heartbeatS })
    this.#step = "tune-ok"
  }

  #refusal(text: string): Error {
    if (this.hasCapability("authentication_failure_close")) return new ConnectionError(constants.accessRefused, text)
    return new SilentRefusal(text)
  }

  #tune({ channelMax, frameMax, heartbeat }: Methods["connection.tune-ok"]): void {
    const offered = this.#context.tuning
    checkAgreed("channel_max", channelMax, 1, offered.channelMax)
    checkAgreed("frame_max", frameMax, FRAME_MIN, offered.frameMax)
    this.tuning = { channelMax, frameMax, heartbeatS: heartbeat }
    this.#step = "open"
  }

  #open({ virtualHost }: Methods["connection.open"]): Vhost {
    const vhost = this.#context.findVhost(virtualHost)
    const user = this.user as User
    if (vhost === undefined) throw new ConnectionError(constants.notAllowed, `vhost ${virtualHost} not found`)
    if (!mayOpen(user, virtualHost)) {
      throw new ConnectionError(
        constants.notAllowed,
        `access to vhost '${virtualHost}' refused for user '${user.name}'`,
      )
    }
    this.#writer.method(0, "connection.open-ok", {})
    return vhost
  }
}

function checkAgreed(name: string, value: number, least: number, most: number): void {
  const refuse = (why: string) => new ConnectionError(constants.notAllowed, `negotiated ${name} = ${why}`)
  if (value === 0) throw refuse(`0 (no limit) is higher than the maximum allowed value (${most})`)
  if (value < least) throw refuse(`${value} is lower than the minimum allowed value (${least})`)
  if (value > most) throw refuse(`${value} is higher than the maximum allowed value (${most})`)
}

/** What the broker says of itself, in the form of RabbitMQ's, whose capabilities clients look for. */
export function serverProperties(version: string): Table {
  return tableOf({
    product: "MetricQ broker",
    version,
    platform: `Node.js ${process.version}`,
    information: "An AMQP 0-9-1 server to embed; messages are kept in memory",
    capabilities: tableOf({
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      "basic.nack": true,
      consumer_cancel_notify: true,
      "connection.blocked": true,
      authentication_failure_close: true,
      per_consumer_qos: true,
    }),
  })
}

import { constants } from "./spec/constants.js"

/** Number of a reply as the wire carries it, such as 404. */
export type ReplyCode = number

/** Reply codes that the specification's table lacks. */
export const NO_ROUTE: ReplyCode = 312

const replyNames = new Map<ReplyCode, string>(
  Object.entries(constants).map(([name, code]) => [code, name.replace(/[A-Z]/g, "_$&").toUpperCase()]),
)
replyNames.set(NO_ROUTE, "NO_ROUTE")

/** Name of a reply code in capitals, such as `NOT_FOUND`; the number itself where there is none. */
export function replyName(code: ReplyCode): string {
  return replyNames.get(code) ?? String(code)
}

/**
 * The broker could not start, or was asked for something impossible by the program that embeds it.
 *
 * Codes: `port-taken`, `address`, `default-passwords`, `invalid-option`, `data-dir`, `data-dir-locked`, `definitions-corrupt`,
 * `definitions-version`.
 */
export class BrokerError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = "BrokerError"
    this.code = code
  }
}

/** What goes wrong between a client and the broker; the subclasses say how much of the connection it costs. */
export abstract class ProtocolError extends Error {
  readonly replyCode: ReplyCode
  /** Text for the client, with the name of the code in front as RabbitMQ writes it: `NOT_FOUND - no queue …`. */
  readonly replyText: string
  /** The method that went wrong, class in the upper 16 bits; 0 if it was none. Set by whoever knows it. */
  method = 0

  constructor(replyCode: ReplyCode, text: string) {
    const replyText = `${replyName(replyCode)} - ${text}`
    super(replyText)
    this.name = new.target.name
    this.replyCode = replyCode
    this.replyText = replyText
  }
}

/** One message cannot be placed: it goes back to its publisher, and the channel stays open. */
export class MessageError extends ProtocolError {}

/** The method cannot be carried out: the channel is closed, the connection stays open. */
export class ChannelError extends ProtocolError {}

/** The peer broke the protocol or must go: the connection is closed. */
export class ConnectionError extends ProtocolError {}

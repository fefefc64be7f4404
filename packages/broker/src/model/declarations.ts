import { randomBytes } from "node:crypto"
import { ChannelError, ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"
import type { Table } from "../wire/table.js"
import { checkArguments, checkProperty, type Declared } from "./equivalence.js"
import { type Exchange, type ExchangeProperties, exchangeArgumentNames } from "./exchange.js"
import { accessRefused, described, preconditionFailed } from "./names.js"
import type { Queue } from "./queue.js"
import { queueArgumentNames, readQueueArguments } from "./queue-arguments.js"
import { isExchangeType } from "./routers.js"
import type { Vhost } from "./vhost.js"

const RESERVED = "amq."

/** What a client declares a queue with; an empty name asks for one. */
export interface QueueDeclaration {
  name: string
  durable: boolean
  exclusive: boolean
  autoDelete: boolean
  arguments: Table
}

/**
 * Declares a queue, or checks that the existing one is just like it.
 *
 * @param owner the connection that declares
 * @throws {ChannelError} `PRECONDITION_FAILED`, `RESOURCE_LOCKED` or `ACCESS_REFUSED`
 */
export function declareQueue(vhost: Vhost, declaration: QueueDeclaration, owner: object): Queue {
  const name = declaration.name === "" ? `amq.gen-${randomBytes(16).toString("base64url")}` : declaration.name
  const known = vhost.findQueue(name)
  if (known !== undefined) return checkSameQueue(vhost, known, declaration, owner)
  if (declaration.name.startsWith(RESERVED)) {
    throw accessRefused(`queue name '${name}' contains reserved prefix '${RESERVED}*'`)
  }
  const { kind, ...limits } = readQueueArguments(declaration.arguments, name, vhost.name)
  if (kind === "quorum") checkQuorum(vhost, name, declaration)
  const { durable, autoDelete, arguments: args } = declaration
  return vhost.addQueue(
    { name, durable, autoDelete, owner: declaration.exclusive ? owner : undefined, arguments: args },
    limits,
  )
}

function checkSameQueue(vhost: Vhost, queue: Queue, declaration: QueueDeclaration, owner: object): Queue {
  const { name, properties } = queue
  const what: Declared = { kind: "queue", name, vhost: vhost.name }
  checkProperty(what, "durable", declaration.durable, properties.durable)
  checkProperty(what, "auto_delete", declaration.autoDelete, properties.autoDelete)
  if (properties.owner !== (declaration.exclusive ? owner : undefined)) throw locked(queue, vhost)
  checkArguments(what, queueArgumentNames, declaration.arguments, properties.arguments)
  queue.touch()
  return queue
}

function checkQuorum(vhost: Vhost, name: string, declaration: QueueDeclaration): void {
  const refuse = (property: string) =>
    preconditionFailed(`invalid property '${property}' for ${described("queue", name, vhost.name)}`)
  if (!declaration.durable) throw refuse("non-durable")
  if (declaration.autoDelete) throw refuse("auto-delete")
  if (declaration.exclusive) throw refuse("exclusive-owner")
}

/** @throws {ChannelError} `RESOURCE_LOCKED` if the queue is another connection's */
export function checkAccess(queue: Queue, user: object, vhost: Vhost): Queue {
  const { owner } = queue.properties
  if (owner !== undefined && owner !== user) throw locked(queue, vhost)
  return queue
}

function locked(queue: Queue, vhost: Vhost): ChannelError {
  return new ChannelError(
    constants.resourceLocked,
    `cannot obtain exclusive access to locked ${described("queue", queue.name, vhost.name)}. It could be originally declared on ` +
      "another connection or the exclusive property value does not match that of the original declaration.",
  )
}

/** Deletes a queue; returns how many messages waited in it, 0 if there was no such queue. */
export function deleteQueue(
  vhost: Vhost,
  name: string,
  user: object,
  conditions: { ifUnused: boolean; ifEmpty: boolean },
): number {
  const queue = vhost.findQueue(name)
  if (queue === undefined) return 0
  checkAccess(queue, user, vhost)
  const what = described("queue", name, vhost.name)
  if (conditions.ifUnused && queue.consumerCount > 0) throw preconditionFailed(`${what} in use`)
  if (conditions.ifEmpty && queue.readyCount > 0) throw preconditionFailed(`${what} not empty`)
  return vhost.deleteQueue(queue)
}

/** What a client declares an exchange with. */
export interface ExchangeDeclaration extends Omit<ExchangeProperties, "type"> {
  readonly type: string
}

/**
 * Declares an exchange, or checks that the existing one is just like it.
 *
 * @throws {ChannelError} `PRECONDITION_FAILED` or `ACCESS_REFUSED`
 * @throws {ConnectionError} `COMMAND_INVALID` for an unknown type
 */
export function declareExchange(vhost: Vhost, declaration: ExchangeDeclaration): Exchange {
  const { name, type } = declaration
  checkNotDefault(name)
  if (!isExchangeType(type)) throw new ConnectionError(constants.commandInvalid, `invalid exchange type '${type}'`)
  const known = vhost.findExchange(name)
  if (known !== undefined) return checkSameExchange(vhost, known, declaration)
  if (name.startsWith(RESERVED)) {
    throw accessRefused(`exchange name '${name}' contains reserved prefix '${RESERVED}*'`)
  }
  return vhost.addExchange({ ...declaration, type })
}

function checkSameExchange(vhost: Vhost, exchange: Exchange, declaration: ExchangeDeclaration): Exchange {
  const { properties } = exchange
  const what: Declared = { kind: "exchange", name: exchange.name, vhost: vhost.name }
  checkProperty(what, "type", declaration.type, properties.type)
  checkProperty(what, "durable", declaration.durable, properties.durable)
  checkProperty(what, "auto_delete", declaration.autoDelete, properties.autoDelete)
  checkProperty(what, "internal", declaration.internal, properties.internal)
  checkArguments(what, exchangeArgumentNames, declaration.arguments, properties.arguments)
  return exchange
}

/** @throws {ChannelError} `ACCESS_REFUSED` for the default exchange, which can be neither declared nor bound nor deleted */
export function checkNotDefault(exchange: string): void {
  if (exchange === "") throw accessRefused("operation not permitted on the default exchange")
}

/** Deletes an exchange; does nothing if there is none. */
export function deleteExchange(vhost: Vhost, name: string, ifUnused: boolean): void {
  checkNotDefault(name)
  const what = described("exchange", name, vhost.name)
  if (name.startsWith(RESERVED)) throw accessRefused(`deletion of system ${what} not allowed`)
  const exchange = vhost.findExchange(name)
  if (exchange === undefined) return
  if (ifUnused && exchange.outgoing.size > 0) throw preconditionFailed(`${what} in use`)
  vhost.deleteExchange(exchange)
}

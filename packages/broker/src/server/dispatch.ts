import { ConnectionError } from "../errors.js"
import { constants } from "../spec/constants.js"
import type { MethodName, MethodSpec, Methods } from "../spec/methods.js"
import { decodeArguments } from "../wire/method-codec.js"
import type { Channel } from "./channel.js"
import * as basic from "./handlers/basic.js"
import * as channels from "./handlers/channel.js"
import * as exchange from "./handlers/exchange.js"
import * as queue from "./handlers/queue.js"

type Handlers = { [N in MethodName]?: (channel: Channel, args: Methods[N]) => void }

/** Who answers which method on an open channel. Publish has its own way, see `Publisher`. */
const handlers: Handlers = {
  "channel.flow": channels.channelFlow,
  "exchange.declare": exchange.exchangeDeclare,
  "exchange.delete": exchange.exchangeDelete,
  "exchange.bind": exchange.exchangeBind,
  "exchange.unbind": exchange.exchangeUnbind,
  "queue.declare": queue.queueDeclare,
  "queue.bind": queue.queueBind,
  "queue.unbind": queue.queueUnbind,
  "queue.purge": queue.queuePurge,
  "queue.delete": queue.queueDelete,
  "basic.qos": basic.basicQos,
  "basic.consume": basic.basicConsume,
  "basic.cancel": basic.basicCancel,
  "basic.cancel-ok": basic.basicCancelOk,
  "basic.get": basic.basicGet,
  "basic.ack": basic.basicAck,
  "basic.nack": basic.basicNack,
  "basic.reject": basic.basicReject,
  "basic.recover": basic.basicRecover,
  "basic.recover-async": basic.basicRecoverAsync,
  "confirm.select": channels.confirmSelect,
  "tx.select": channels.refuseTransactions,
  "tx.commit": channels.refuseTransactions,
  "tx.rollback": channels.refuseTransactions,
}

/**
 * Decodes a method and carries it out on its channel.
 *
 * @throws {ConnectionError} `COMMAND_INVALID` for a method that only servers send; whatever else the handler throws
 */
export function dispatch(channel: Channel, spec: MethodSpec, buffer: Buffer, start: number, end: number): void {
  const handler = handlers[spec.name] as ((channel: Channel, args: unknown) => void) | undefined
  if (handler === undefined) throw new ConnectionError(constants.commandInvalid, "unimplemented method")
  handler(channel, decodeArguments(spec, buffer, start, end))
}

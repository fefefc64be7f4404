import { ConnectionError } from "../../errors.js"
import { constants } from "../../spec/constants.js"
import type { Methods } from "../../spec/methods.js"
import type { Channel } from "../channel.js"

/**
 * Answers a flow that asks for more; RabbitMQ does not stop either.
 *
 * @throws {ConnectionError} `NOT_IMPLEMENTED` for a flow that asks to stop
 */
export function channelFlow(channel: Channel, args: Methods["channel.flow"]): void {
  if (!args.active) throw new ConnectionError(constants.notImplemented, "active=false")
  channel.send("channel.flow-ok", { active: true })
}

/** Confirms every publish of the channel from now on. */
export function confirmSelect(channel: Channel, args: Methods["confirm.select"]): void {
  channel.publisher.selectConfirms()
  if (!args.nowait) channel.send("confirm.select-ok", {})
}

/** Transactions are not offered. */
export function refuseTransactions(): void {
  throw new ConnectionError(constants.notImplemented, "transactions are not offered; use publisher confirms")
}

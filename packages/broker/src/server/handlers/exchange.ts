import { checkNotDefault, declareExchange, deleteExchange } from "../../model/declarations.js"
import { cleanName } from "../../model/names.js"
import type { Methods } from "../../spec/methods.js"
import type { Channel } from "../channel.js"

/** Declares an exchange, or with `passive` only looks whether it is there. */
export function exchangeDeclare(channel: Channel, args: Methods["exchange.declare"]): void {
  const { vhost } = channel.host
  if (args.passive) {
    checkNotDefault(args.exchange)
    vhost.exchange(args.exchange)
  } else {
    declareExchange(vhost, { ...args, name: cleanName(args.exchange) })
  }
  if (!args.noWait) channel.send("exchange.declare-ok", {})
}

/** Deletes an exchange; one that is not there is fine. */
export function exchangeDelete(channel: Channel, args: Methods["exchange.delete"]): void {
  deleteExchange(channel.host.vhost, args.exchange, args.ifUnused)
  if (!args.noWait) channel.send("exchange.delete-ok", {})
}

/** Binds an exchange to another. @throws {ChannelError} `NOT_FOUND` if one of them is not there */
export function exchangeBind(channel: Channel, args: Methods["exchange.bind"]): void {
  const { vhost } = channel.host
  checkNotDefault(args.source)
  checkNotDefault(args.destination)
  const source = vhost.exchange(args.source)
  vhost.bind(source, vhost.exchange(args.destination), args.routingKey, args.arguments)
  if (!args.noWait) channel.send("exchange.bind-ok", {})
}

/** Takes a binding between exchanges back; none is fine. */
export function exchangeUnbind(channel: Channel, args: Methods["exchange.unbind"]): void {
  const { vhost } = channel.host
  checkNotDefault(args.source)
  checkNotDefault(args.destination)
  const source = vhost.findExchange(args.source)
  const destination = vhost.findExchange(args.destination)
  if (source && destination) vhost.unbind(source, destination, args.routingKey, args.arguments)
  if (!args.noWait) channel.send("exchange.unbind-ok", {})
}

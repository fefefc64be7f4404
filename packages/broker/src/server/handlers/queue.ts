import { checkAccess, checkNotDefault, declareQueue, deleteQueue } from "../../model/declarations.js"
import { cleanName } from "../../model/names.js"
import type { Methods } from "../../spec/methods.js"
import type { Channel } from "../channel.js"

/** Declares a queue, or with `passive` only looks whether it is there. */
export function queueDeclare(channel: Channel, args: Methods["queue.declare"]): void {
  const { vhost } = channel.host
  const queue = args.passive
    ? checkAccess(vhost.queue(args.queue), channel.owner, vhost)
    : declareQueue(vhost, { ...args, name: cleanName(args.queue) }, channel.owner)
  queue.touch()
  channel.rememberQueue(queue.name)
  if (args.noWait) return
  const { name, readyCount, consumerCount } = queue
  channel.send("queue.declare-ok", { queue: name, messageCount: readyCount, consumerCount })
}

/** Binds a queue to an exchange. @throws {ChannelError} `NOT_FOUND` if one of them is not there */
export function queueBind(channel: Channel, args: Methods["queue.bind"]): void {
  const { vhost } = channel.host
  const name = channel.queueName(args.queue)
  checkNotDefault(args.exchange)
  const exchange = vhost.exchange(args.exchange)
  const queue = checkAccess(vhost.queue(name), channel.owner, vhost)
  vhost.bind(exchange, queue, keyFor(args, queue.name), args.arguments)
  if (!args.noWait) channel.send("queue.bind-ok", {})
}

/** Takes a binding back; none is fine, for whoever asks. */
export function queueUnbind(channel: Channel, args: Methods["queue.unbind"]): void {
  const { vhost } = channel.host
  const name = channel.queueName(args.queue)
  checkNotDefault(args.exchange)
  const exchange = vhost.findExchange(args.exchange)
  const queue = vhost.findQueue(name)
  if (exchange && queue) vhost.unbind(exchange, queue, keyFor(args, name), args.arguments)
  channel.send("queue.unbind-ok", {})
}

/** Without queue name and routing key, the key is the name of the queue that was declared last. */
function keyFor(args: { queue: string; routingKey: string }, name: string): string {
  return args.queue === "" && args.routingKey === "" ? name : args.routingKey
}

/** Drops what waits in a queue and answers how much that was. */
export function queuePurge(channel: Channel, args: Methods["queue.purge"]): void {
  const messageCount = channel.queue(args.queue).purge()
  if (!args.noWait) channel.send("queue.purge-ok", { messageCount })
}

/** Deletes a queue and answers how many messages waited in it; one that is not there is fine. */
export function queueDelete(channel: Channel, args: Methods["queue.delete"]): void {
  const name = channel.queueName(args.queue)
  const messageCount = deleteQueue(channel.host.vhost, name, channel.owner, args)
  if (!args.noWait) channel.send("queue.delete-ok", { messageCount })
}

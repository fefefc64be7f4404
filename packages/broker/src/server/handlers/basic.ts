import { randomBytes } from "node:crypto"
import { ConnectionError } from "../../errors.js"
import { accessRefused, described } from "../../model/names.js"
import { constants } from "../../spec/constants.js"
import type { Methods } from "../../spec/methods.js"
import type { Channel } from "../channel.js"
import { tagInUse } from "../deliveries.js"

/**
 * Sets the prefetch of consumers to come, or with `global` the limit of the whole channel.
 *
 * @throws {ConnectionError} `NOT_IMPLEMENTED` for a prefetch in bytes
 */
export function basicQos(channel: Channel, args: Methods["basic.qos"]): void {
  if (args.prefetchSize !== 0) {
    throw new ConnectionError(constants.notImplemented, `prefetch_size!=0 (${args.prefetchSize})`)
  }
  if (args.global) channel.deliveries.limitChannel(args.prefetchCount)
  else channel.deliveries.prefetch = args.prefetchCount
  channel.send("basic.qos-ok", {})
}

/** `no-local` is accepted and ignored, as RabbitMQ does. */
export function basicConsume(channel: Channel, args: Methods["basic.consume"]): void {
  const queue = channel.queue(args.queue)
  const tag = args.consumerTag === "" ? `amq.ctag-${randomBytes(16).toString("base64url")}` : args.consumerTag
  if (channel.deliveries.hasConsumer(tag)) throw tagInUse(tag)
  if (queue.hasExclusiveConsumer || (args.exclusive && queue.consumerCount > 0)) {
    throw accessRefused(`${described("queue", queue.name, channel.host.vhost.name)} in exclusive use`)
  }
  const start = channel.deliveries.consume({ queue, tag, noAck: args.noAck, exclusive: args.exclusive })
  if (!args.noWait) channel.send("basic.consume-ok", { consumerTag: tag })
  start()
}

/** Ends a consumer; an unknown tag is fine. */
export function basicCancel(channel: Channel, args: Methods["basic.cancel"]): void {
  channel.deliveries.cancel(args.consumerTag)
  if (!args.noWait) channel.send("basic.cancel-ok", { consumerTag: args.consumerTag })
}

/** The client's answer to a cancel of ours, if it sends one. */
export function basicCancelOk(): void {}

/** Answers with one message, or that there is none. */
export function basicGet(channel: Channel, args: Methods["basic.get"]): void {
  if (!channel.deliveries.get(channel.queue(args.queue), args.noAck)) channel.send("basic.get-empty", {})
  channel.host.schedule()
}

/** Acknowledges deliveries. @throws {ChannelError} `PRECONDITION_FAILED` for an unknown tag, as the two that follow */
export function basicAck(channel: Channel, args: Methods["basic.ack"]): void {
  channel.deliveries.acknowledge(args.deliveryTag, args.multiple)
}

/** Refuses deliveries, one or all up to a tag. */
export function basicNack(channel: Channel, args: Methods["basic.nack"]): void {
  channel.deliveries.refuse(args.deliveryTag, args.multiple, args.requeue)
}

/** Refuses one delivery. */
export function basicReject(channel: Channel, args: Methods["basic.reject"]): void {
  channel.deliveries.refuse(args.deliveryTag, false, args.requeue)
}

/**
 * Requeues all that is out on the channel.
 *
 * @throws {ConnectionError} `NOT_IMPLEMENTED` without `requeue`, as RabbitMQ
 */
export function basicRecover(channel: Channel, args: Methods["basic.recover"]): void {
  recover(channel, args.requeue)
  channel.send("basic.recover-ok", {})
}

/** The same without an answer. */
export function basicRecoverAsync(channel: Channel, args: Methods["basic.recover-async"]): void {
  recover(channel, args.requeue)
}

function recover(channel: Channel, requeue: boolean): void {
  if (!requeue) throw new ConnectionError(constants.notImplemented, "requeue=false")
  channel.deliveries.recover()
}

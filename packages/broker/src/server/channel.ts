import { ChannelError } from "../errors.js"
import { checkAccess } from "../model/declarations.js"
import type { Queue } from "../model/queue.js"
import { constants } from "../spec/constants.js"
import type { MethodName, Methods } from "../spec/methods.js"
import { Deliveries } from "./deliveries.js"
import type { ChannelHost } from "./host.js"
import { Publisher } from "./publisher.js"

/** One channel of a connection: what it publishes, what it consumes, and the names it remembers. */
export class Channel {
  readonly id: number
  readonly host: ChannelHost
  /** The connection, as owner of exclusive queues. */
  readonly owner: object
  readonly publisher: Publisher
  readonly deliveries: Deliveries
  /** The broker has closed it and waits for the client's close-ok: all else is ignored. */
  closing = false
  #lastQueue: string | undefined

  constructor(id: number, host: ChannelHost) {
    this.id = id
    this.host = host
    this.owner = host
    this.publisher = new Publisher(id, host)
    this.deliveries = new Deliveries(id, host)
  }

  /** Sends a method to the client. */
  send<N extends MethodName>(name: N, args: Methods[N]): void {
    this.host.writer.method(this.id, name, args)
    this.host.schedule()
  }

  /** Remembers the queue that was declared last: methods without a queue name mean it. */
  rememberQueue(name: string): void {
    this.#lastQueue = name
  }

  /**
   * Name of the queue that a method means.
   *
   * @throws {ChannelError} `NOT_FOUND` for an empty name before any queue was declared on this channel
   */
  queueName(name: string): string {
    if (name !== "") return name
    if (this.#lastQueue !== undefined) return this.#lastQueue
    throw new ChannelError(constants.notFound, "no previously declared queue")
  }

  /**
   * The queue that a method means.
   *
   * @throws {ChannelError} `NOT_FOUND`, or `RESOURCE_LOCKED` for another connection's
   */
  queue(name: string): Queue {
    const { vhost } = this.host
    return checkAccess(vhost.queue(this.queueName(name)), this.owner, vhost)
  }

  /** Gives everything back that the channel holds. */
  close(): void {
    this.publisher.flushConfirms()
    this.publisher.reset()
    this.deliveries.close()
  }
}

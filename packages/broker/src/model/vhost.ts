import type { Table } from "../wire/table.js"
import { type Binding, bindingKey, type Destination, Route } from "./binding.js"
import type { BindingDefinition, Recorder } from "./definitions.js"
import { Exchange, type ExchangeProperties } from "./exchange.js"
import type { Message } from "./message.js"
import { notFound, preconditionFailed } from "./names.js"
import { Queue, type QueueProperties } from "./queue.js"
import type { QueueLimits } from "./queue-arguments.js"
import type { ExchangeType } from "./routers.js"

/** How many things a vhost may hold, so that no client fills the memory with declarations. */
export interface VhostLimits {
  readonly maxQueues: number
  readonly maxExchanges: number
  readonly maxBindings: number
}

const predeclared: readonly (readonly [string, ExchangeType])[] = [
  ["", "direct"],
  ["amq.direct", "direct"],
  ["amq.fanout", "fanout"],
  ["amq.headers", "headers"],
  ["amq.match", "headers"],
  ["amq.topic", "topic"],
]

/**
 * Exchanges, queues and bindings under one name, apart from those of all other vhosts.
 *
 * Its methods do what they are told; who may do it, and whether it fits what exists, is checked in `declarations.ts`.
 */
export class Vhost {
  readonly name: string
  /** Gets every message whose routing key is the name of a queue. */
  readonly defaultExchange: Exchange
  readonly #exchanges = new Map<string, Exchange>()
  readonly #queues = new Map<string, Queue>()
  /** Exclusive queues by the connection that owns them. */
  readonly #exclusive = new Map<object, Set<Queue>>()
  readonly #limits: VhostLimits
  readonly #record: Recorder
  readonly #route = new Route()
  readonly #routed: Queue[] = []
  #bindings = 0

  constructor(name: string, limits: VhostLimits, record: Recorder) {
    this.name = name
    this.#limits = limits
    this.#record = record
    for (const [exchange, type] of predeclared) {
      const properties = { type, durable: true, autoDelete: false, internal: false, arguments: new Map() }
      this.#exchanges.set(exchange, new Exchange({ ...properties, name: exchange }))
    }
    this.defaultExchange = this.exchange("")
  }

  get queues(): Iterable<Queue> {
    return this.#queues.values()
  }

  get exchanges(): Iterable<Exchange> {
    return this.#exchanges.values()
  }

  get exchangeCount(): number {
    return this.#exchanges.size
  }

  get bindingCount(): number {
    return this.#bindings
  }

  findExchange(name: string): Exchange | undefined {
    return this.#exchanges.get(name)
  }

  /** @throws {ChannelError} `NOT_FOUND` */
  exchange(name: string): Exchange {
    const exchange = this.#exchanges.get(name)
    if (exchange === undefined) throw notFound("exchange", name, this.name)
    return exchange
  }

  findQueue(name: string): Queue | undefined {
    return this.#queues.get(name)
  }

  /** @throws {ChannelError} `NOT_FOUND` */
  queue(name: string): Queue {
    const queue = this.#queues.get(name)
    if (queue === undefined) throw notFound("queue", name, this.name)
    return queue
  }

  /** @throws {ChannelError} `PRECONDITION_FAILED` if the vhost is full */
  addExchange(properties: ExchangeProperties): Exchange {
    this.#checkLimit("exchange", properties.name, this.#exchanges.size, this.#limits.maxExchanges)
    const exchange = new Exchange(properties)
    this.#exchanges.set(exchange.name, exchange)
    if (exchange.durable) {
      const { name, type, autoDelete, internal, arguments: args } = properties
      this.#record({ op: "exchange", vhost: this.name, name, type, autoDelete, internal, arguments: args })
    }
    return exchange
  }

  /** @throws {ChannelError} `PRECONDITION_FAILED` if the vhost is full */
  addQueue(properties: QueueProperties, limits: QueueLimits): Queue {
    this.#checkLimit("queue", properties.name, this.#queues.size, this.#limits.maxQueues)
    const queue = new Queue(properties, limits)
    queue.onUnused = () => this.deleteQueue(queue)
    this.#queues.set(queue.name, queue)
    this.#noteOwner(queue)
    if (isKept(queue)) {
      const { name, autoDelete, arguments: args } = properties
      this.#record({ op: "queue", vhost: this.name, name, autoDelete, arguments: args })
    }
    return queue
  }

  /** Deletes a queue and its bindings; returns how many messages waited in it. */
  deleteQueue(queue: Queue): number {
    if (this.#queues.get(queue.name) !== queue) return 0
    this.#queues.delete(queue.name)
    if (queue.properties.owner !== undefined) this.#exclusive.get(queue.properties.owner)?.delete(queue)
    this.#removeBindings([...queue.incoming.values()])
    if (isKept(queue)) this.#record({ op: "queue-deleted", vhost: this.name, name: queue.name })
    return queue.close()
  }

  /** Deletes all queues. */
  close(): void {
    for (const queue of [...this.#queues.values()]) this.deleteQueue(queue)
  }

  /** Deletes the exclusive queues of a connection. */
  deleteQueuesOf(owner: object): void {
    const queues = this.#exclusive.get(owner)
    this.#exclusive.delete(owner)
    for (const queue of queues ?? []) this.deleteQueue(queue)
  }

  /** Deletes an exchange with all bindings from and to it. */
  deleteExchange(exchange: Exchange): void {
    if (!this.#exchanges.delete(exchange.name)) return
    exchange.deleted = true
    this.#removeBindings([...exchange.outgoing, ...exchange.incoming.values()])
    if (exchange.durable) this.#record({ op: "exchange-deleted", vhost: this.name, name: exchange.name })
  }

  /** Binds; does nothing if the same binding exists. @throws {ChannelError} `PRECONDITION_FAILED` if the vhost is full */
  bind(source: Exchange, destination: Queue | Exchange, routingKey: string, args: Table): void {
    const key = bindingKey(source.name, routingKey, args)
    if (destination.incoming.has(key)) return
    if (this.#bindings >= this.#limits.maxBindings) {
      throw preconditionFailed(`binding limit in vhost '${this.name}' (${this.#limits.maxBindings}) is reached`)
    }
    const binding: Binding = { source: source.name, destination, routingKey, arguments: args }
    source.router.add(binding)
    source.outgoing.add(binding)
    destination.incoming.set(key, binding)
    this.#bindings++
    if (isKeptBinding(source, destination)) this.#record({ op: "binding", ...this.describe(binding) })
  }

  /** Removes a binding; does nothing if there is none. */
  unbind(source: Exchange, destination: Queue | Exchange, routingKey: string, args: Table): void {
    const binding = destination.incoming.get(bindingKey(source.name, routingKey, args))
    if (binding === undefined) return
    if (isKeptBinding(source, destination)) this.#record({ op: "binding-deleted", ...this.describe(binding) })
    this.#removeBindings([binding])
  }

  /**
   * Finds the queues that a message goes to, each once, through exchanges that are bound to others and alternate exchanges.
   * The array is reused by the next call.
   *
   * @param headers reads the headers of the message, should an exchange want them
   */
  route(exchange: Exchange, routingKey: string, headers: () => Table | undefined): readonly Queue[] {
    const queues = this.#routed
    queues.length = 0
    this.#route.restart()
    const { destinations } = this.#route
    this.#routeThrough(exchange, routingKey, headers)
    for (let index = 0; index < destinations.length; index++) {
      const destination = destinations[index]
      if (destination instanceof Queue) queues.push(destination)
      else if (destination instanceof Exchange) this.#routeThrough(destination, routingKey, headers)
    }
    return queues
  }

  /** Puts a message into queues; false if one of them refuses it. */
  enqueue(message: Message, queues: readonly Queue[]): boolean {
    let accepted = true
    for (let index = 0; index < queues.length; index++) {
      if (!(queues[index] as Queue).push(message)) accepted = false
    }
    return accepted
  }

  #noteOwner(queue: Queue): void {
    const { owner } = queue.properties
    if (owner === undefined) return
    const owned = this.#exclusive.get(owner)
    if (owned === undefined) this.#exclusive.set(owner, new Set([queue]))
    else owned.add(queue)
  }

  #routeThrough(exchange: Exchange, routingKey: string, headers: () => Table | undefined): void {
    const before = this.#route.matches
    if (exchange === this.defaultExchange) {
      const queue = this.#queues.get(routingKey)
      if (queue !== undefined) this.#route.add(queue)
    } else {
      exchange.router.route(routingKey, headers, this.#route)
    }
    if (exchange.alternate === undefined || this.#route.matches > before) return
    const alternate = this.#exchanges.get(exchange.alternate)
    if (alternate !== undefined) this.#route.add(alternate)
  }

  /** Removes bindings, and then the auto-delete exchanges that have lost their last one by it. */
  #removeBindings(bindings: readonly Binding[]): void {
    const sources = new Set<Exchange>()
    for (const binding of bindings) {
      binding.destination.incoming.delete(bindingKey(binding.source, binding.routingKey, binding.arguments))
      this.#bindings--
      const source = this.#sourceOf(binding)
      if (source === undefined) continue
      source.router.remove(binding)
      source.outgoing.delete(binding)
      sources.add(source)
    }
    for (const source of sources) {
      if (source.properties.autoDelete && source.outgoing.size === 0) this.deleteExchange(source)
    }
  }

  #sourceOf(binding: Binding): Exchange | undefined {
    return this.#exchanges.get(binding.source)
  }

  /** A binding by the names of its ends. */
  describe(binding: Binding): BindingDefinition {
    const { source, destination, routingKey, arguments: args } = binding
    return {
      vhost: this.name,
      source,
      to: destination.kind,
      destination: destination.name,
      routingKey,
      arguments: args,
    }
  }

  #checkLimit(kind: "queue" | "exchange", name: string, count: number, limit: number): void {
    if (count < limit) return
    throw preconditionFailed(
      `cannot declare ${kind} '${name}': ${kind} limit in vhost '${this.name}' (${limit}) is reached`,
    )
  }
}

/** Whether a queue survives a restart: durable, and not bound to a connection. */
export function isKept(queue: Queue): boolean {
  return queue.durable && queue.properties.owner === undefined
}

/** Whether a binding survives a restart: both its ends do. */
export function isKeptBinding(source: Exchange, destination: Destination): boolean {
  if (!source.durable) return false
  return destination instanceof Queue ? isKept(destination) : destination.durable
}

import { BrokerError } from "../errors.js"
import type { Definition, Recorder } from "./definitions.js"
import { readQueueArguments } from "./queue-arguments.js"
import { type User, Users } from "./users.js"
import { isKept, isKeptBinding, Vhost, type VhostLimits } from "./vhost.js"

/** All users and vhosts of a broker. Reports every change that must survive a restart, and takes such changes back after one. */
export class Registry {
  readonly users = new Users()
  readonly #vhosts = new Map<string, Vhost>()
  /** Names of the users that survive a restart; the others come from the options of the broker. */
  readonly #keptUsers = new Set<string>()
  readonly #limits: VhostLimits
  readonly #recorder: Recorder
  #replaying = false
  readonly #record: Recorder = (definition) => {
    if (!this.#replaying) this.#recorder(definition)
  }

  constructor(limits: VhostLimits, recorder: Recorder) {
    this.#limits = limits
    this.#recorder = recorder
  }

  get vhosts(): Iterable<Vhost> {
    return this.#vhosts.values()
  }

  findVhost(name: string): Vhost | undefined {
    return this.#vhosts.get(name)
  }

  /** Adds a user that survives restarts, in place of one of the same name. */
  addUser(user: User): void {
    this.users.add(user)
    this.#keptUsers.add(user.name)
    this.#record({ op: "user", ...user })
  }

  /** False if there was none. */
  removeUser(name: string): boolean {
    if (this.#keptUsers.delete(name)) this.#record({ op: "user-deleted", name })
    return this.users.remove(name)
  }

  /** Adds a vhost with its predeclared exchanges; does nothing if it exists. */
  addVhost(name: string): void {
    if (this.#vhosts.has(name)) return
    this.#vhosts.set(name, new Vhost(name, this.#limits, this.#record))
    this.#record({ op: "vhost", name })
  }

  /** Deletes a vhost with all queues in it; false if there was none. */
  deleteVhost(name: string): boolean {
    const vhost = this.#vhosts.get(name)
    if (vhost === undefined) return false
    this.#vhosts.delete(name)
    vhost.close()
    this.#record({ op: "vhost-deleted", name })
    return true
  }

  /** Everything that must survive a restart, in an order in which it can be applied. */
  *definitions(): Iterable<Definition> {
    for (const user of this.users) if (this.#keptUsers.has(user.name)) yield { op: "user", ...user }
    for (const vhost of this.#vhosts.values()) {
      yield { op: "vhost", name: vhost.name }
      yield* definitionsOf(vhost)
    }
  }

  /**
   * Carries out a change that was recorded before, without recording it again.
   *
   * @throws {BrokerError} `definitions-corrupt` if it does not fit what came before it
   */
  apply(definition: Definition): void {
    this.#replaying = true
    try {
      this.#carryOut(definition)
    } finally {
      this.#replaying = false
    }
  }

  #carryOut(definition: Definition): void {
    if (definition.op === "user") this.addUser(definition)
    else if (definition.op === "user-deleted") this.removeUser(definition.name)
    else if (definition.op === "vhost") this.addVhost(definition.name)
    else if (definition.op === "vhost-deleted") this.deleteVhost(definition.name)
    else carryOutIn(this.#existingVhost(definition.vhost), definition)
  }

  #existingVhost(name: string): Vhost {
    const vhost = this.#vhosts.get(name)
    if (vhost === undefined) throw new BrokerError("definitions-corrupt", `there is no vhost '${name}'`)
    return vhost
  }
}

type InVhost = Extract<Definition, { vhost: string }>

function carryOutIn(vhost: Vhost, definition: InVhost): void {
  if (definition.op === "exchange") {
    vhost.addExchange({ ...definition, durable: true })
  } else if (definition.op === "exchange-deleted") {
    vhost.deleteExchange(vhost.exchange(definition.name))
  } else if (definition.op === "queue") {
    const limits = readQueueArguments(definition.arguments, definition.name, vhost.name)
    vhost.addQueue({ ...definition, durable: true, owner: undefined }, limits)
  } else if (definition.op === "queue-deleted") {
    vhost.deleteQueue(vhost.queue(definition.name))
  } else {
    const { to, destination, routingKey, arguments: args } = definition
    const source = vhost.exchange(definition.source)
    const target = to === "queue" ? vhost.queue(destination) : vhost.exchange(destination)
    if (definition.op === "binding") vhost.bind(source, target, routingKey, args)
    else vhost.unbind(source, target, routingKey, args)
  }
}

function* definitionsOf(vhost: Vhost): Iterable<Definition> {
  for (const exchange of vhost.exchanges) {
    const { name, type, durable, autoDelete, internal, arguments: args } = exchange.properties
    if (!durable || name === "" || name.startsWith("amq.")) continue
    yield { op: "exchange", vhost: vhost.name, name, type, autoDelete, internal, arguments: args }
  }
  for (const queue of vhost.queues) {
    const { name, autoDelete, arguments: args } = queue.properties
    if (isKept(queue)) yield { op: "queue", vhost: vhost.name, name, autoDelete, arguments: args }
  }
  for (const source of vhost.exchanges) {
    for (const binding of source.outgoing) {
      if (isKeptBinding(source, binding.destination)) yield { op: "binding", ...vhost.describe(binding) }
    }
  }
}

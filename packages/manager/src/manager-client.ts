import {
  Client,
  type ClientOptions,
  type Connection,
  checkToken,
  exchanges,
  isRpcQueue,
  type JsonObject,
  MetricqError,
  managementQueue,
  PeerAway,
  type RpcContext,
} from "@metricq/client"
import type { ClientRegistry } from "./client-registry.js"
import type { FunctionGroup, ManagerFunction, Network } from "./services.js"

/** The channel that a client hands to its siblings on every connect. */
type ManagementChannel = Parameters<Client["onManagementChannel"]>[0]

/** How long running requests may go on when the manager stops. */
const DRAIN_MS = 1_000
/** How long a client has to show that it is there. */
const PRESENCE_S = 2

/** The manager as a client of its own network: it makes exchanges and queue, and answers what comes to them. */
export class ManagerClient extends Client implements Network {
  #running = 0
  #drained: (() => void) | undefined

  constructor(options: Omit<ClientOptions, "token">) {
    super({ ...options, token: "manager" })
  }

  /** Answer these functions, and remember who asked. */
  serve(functions: FunctionGroup, clients: ClientRegistry): void {
    for (const [name, call] of Object.entries(functions)) {
      this.handle(name, (args, context) => this.#run(call, args, context, clients))
    }
  }

  /** The connection to the data network, to be connected and closed by the caller. The manager stops when it cannot be restored. */
  openedTo(url: string): Connection {
    return this.openedBy(url, "data connection manager")
  }

  ask(token: string, name: string, args: JsonObject, timeoutS: number): Promise<JsonObject> {
    return this.rpcTo(token, name, args, { timeout: timeoutS })
  }

  async isConnected(token: string): Promise<boolean> {
    try {
      await this.ask(token, "discover", {}, PRESENCE_S)
      return true
    } catch (error) {
      return !(error instanceof PeerAway)
    }
  }

  askEverybody(timeoutS: number): AsyncIterable<{ token: string | undefined; response: JsonObject }> {
    return this.discover({ timeout: timeoutS })
  }

  protected override async onManagementChannel(channel: ManagementChannel): Promise<void> {
    await channel.assertQueue(managementQueue, { durable: true })
    await channel.assertExchange(exchanges.management, "topic", { durable: true })
    await channel.assertExchange(exchanges.broadcast, "fanout", { durable: true })
    await channel.bindQueue(managementQueue, exchanges.management, "#")
  }

  protected override extraRpcQueues(): string[] {
    return [managementQueue]
  }

  /** The manager may write everywhere; it must not be made to send messages to a queue of the caller's choice. */
  protected override mayReplyTo(queue: string): boolean {
    return isRpcQueue(queue)
  }

  protected override async stopRole(graceMs: number): Promise<void> {
    if (this.#running === 0) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#drained = resolve
      timer = setTimeout(resolve, Math.min(DRAIN_MS, graceMs))
    })
    clearTimeout(timer)
  }

  async #run(
    call: ManagerFunction,
    args: JsonObject,
    context: RpcContext,
    clients: ClientRegistry,
  ): Promise<JsonObject> {
    // Left unanswered, it goes back into the queue, and the next manager answers it.
    if (this.stopping.aborted) return new Promise(() => {})
    this.#running++
    try {
      noteCaller(context, clients)
      return await call(args, context)
    } catch (error) {
      if (!(error instanceof MetricqError))
        this.logger.error(`${context.function} failed`, { reason: error, from: context.fromToken })
      throw error
    } finally {
      this.#running--
      if (this.#running === 0) this.#drained?.()
    }
  }
}

function noteCaller({ fromToken, function: name }: RpcContext, clients: ClientRegistry): void {
  if (fromToken === undefined) return
  try {
    checkToken(fromToken)
  } catch {
    return // the function itself refuses it, where it needs one
  }
  clients.seen(fromToken, name)
}

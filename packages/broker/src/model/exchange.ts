import type { Table } from "../wire/table.js"
import type { Binding, Destination } from "./binding.js"
import { type ExchangeType, type Router, routerFor } from "./routers.js"

/** What an exchange is declared with. */
export interface ExchangeProperties {
  readonly name: string
  readonly type: ExchangeType
  readonly durable: boolean
  /** Deleted when its last binding goes. */
  readonly autoDelete: boolean
  /** Takes no messages from clients, only from other exchanges. */
  readonly internal: boolean
  readonly arguments: Table
}

/** Arguments that must be the same when an exchange is declared again. */
export const exchangeArgumentNames: readonly string[] = ["alternate-exchange"]

/** Takes messages and routes them along its bindings. */
export class Exchange implements Destination {
  readonly kind = "exchange"
  readonly name: string
  readonly durable: boolean
  readonly properties: ExchangeProperties
  readonly router: Router
  /** Bindings that lead away from here. */
  readonly outgoing = new Set<Binding>()
  readonly incoming = new Map<string, Binding>()
  /** Exchange that gets what finds no way from here. */
  readonly alternate: string | undefined
  /** Set once it is gone; holders of a reference look it up again. */
  deleted = false
  routeStamp = 0

  constructor(properties: ExchangeProperties) {
    this.properties = properties
    this.name = properties.name
    this.durable = properties.durable
    this.router = routerFor(properties.type)
    const alternate = properties.arguments.get("alternate-exchange")
    this.alternate = typeof alternate?.value === "string" ? alternate.value : undefined
  }
}

import type { Table } from "../wire/table.js"
import { tableKey } from "./equivalence.js"

/** Where messages can be routed to: a queue, or an exchange that routes them on. */
export interface Destination {
  readonly kind: "queue" | "exchange"
  readonly name: string
  readonly durable: boolean
  /** Bindings that lead here, by `bindingKey`. */
  readonly incoming: Map<string, Binding>
  /** Number of the last routing that came by: how a route meets each destination once. */
  routeStamp: number
}

/** Sends what an exchange gets, as far as the routing key or the headers match, to a destination. */
export interface Binding {
  readonly source: string
  readonly destination: Destination
  readonly routingKey: string
  readonly arguments: Table
}

/** Tells the bindings of one destination apart. */
export function bindingKey(source: string, routingKey: string, args: Table): string {
  return args.size === 0 ? `${source}\0${routingKey}` : `${source}\0${routingKey}\0${tableKey(args)}`
}

/** Gathers where one message goes, each destination once. Reused from message to message. */
export class Route {
  readonly destinations: Destination[] = []
  /** Matches since the restart, also those of destinations that were there before. */
  matches = 0
  #stamp = 0

  /** Begins the route of another message. */
  restart(): void {
    this.destinations.length = 0
    this.matches = 0
    this.#stamp++
  }

  add(destination: Destination): void {
    this.matches++
    if (destination.routeStamp === this.#stamp) return
    destination.routeStamp = this.#stamp
    this.destinations.push(destination)
  }

  addAll(destinations: readonly Destination[]): void {
    for (let index = 0; index < destinations.length; index++) this.add(destinations[index] as Destination)
  }
}

import type { Table } from "../wire/table.js"
import type { ExchangeType } from "./routers.js"

/** One change of what must survive a restart. Replayed in order, they give the same users, vhosts, exchanges, queues and bindings. */
export type Definition =
  | { op: "user"; name: string; salt: string; hash: string; vhosts: readonly string[] | null }
  | { op: "user-deleted"; name: string }
  | { op: "vhost"; name: string }
  | { op: "vhost-deleted"; name: string }
  | {
      op: "exchange"
      vhost: string
      name: string
      type: ExchangeType
      autoDelete: boolean
      internal: boolean
      arguments: Table
    }
  | { op: "exchange-deleted"; vhost: string; name: string }
  | { op: "queue"; vhost: string; name: string; autoDelete: boolean; arguments: Table }
  | { op: "queue-deleted"; vhost: string; name: string }
  | ({ op: "binding" } & BindingDefinition)
  | ({ op: "binding-deleted" } & BindingDefinition)

/** A binding by the names of its ends. */
export interface BindingDefinition {
  vhost: string
  source: string
  to: "queue" | "exchange"
  destination: string
  routingKey: string
  arguments: Table
}

/** Takes each change as it happens. */
export type Recorder = (definition: Definition) => void

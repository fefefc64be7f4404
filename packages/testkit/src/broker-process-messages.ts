import type { BrokerOptions } from "@metricq/broker"

/** What a `BrokerProcess` asks of its child. */
export type BrokerRequest =
  | { ask: "start"; options: BrokerOptions }
  | { ask: "addUser"; name: string; password: string }
  | { ask: "addVhost"; name: string }
  | { ask: "stop" }

/** What the child answers, in the order of the requests. */
export interface BrokerAnswer {
  /** After "start". */
  port?: number
  error?: string
}

/** What the manager tells of queues and subscriptions, beyond the original; for administrators. */

/** What a subscriber is to the network. */
export type SubscriberRole = "sink" | "transformer" | "database"

/** A queue for data and what it is bound to. */
export type SubscriptionInfo = {
  /** Who asked for it. */
  token: string
  role: SubscriberRole
  queue: string
  /** ISO 8601. */
  since: string
  /** How many names and patterns. */
  count: number
  /** Its patterns, at most 100. */
  patterns: string[]
  /** Names and patterns in order, as many as were asked for. */
  keys: string[]
  /** Present if there are more keys: pass it as `after`, with the queue. */
  next?: string
  /** Another one whenever the keys have changed. */
  revision: number
  /** True where there were more keys than are remembered. */
  incomplete?: true
}

export type SubscriptionsArguments = {
  /** Only those that this metric reaches; they come without keys. */
  metric?: string
  token?: string
  queue?: string
  /** Keys of each; default 100. */
  limit?: number
  /** Keys behind this one; needs `queue`. */
  after?: string
}

/** A subscription that a metric reaches; `via` is the name or pattern by which. */
export type ReceiverInfo = Omit<SubscriptionInfo, "keys" | "next"> & { via: string }

/** A durable queue, or one that is kept for a while, as the broker has it; null where it could not be looked at in time. */
export type QueueInfo = {
  queue: string
  token: string
  role: SubscriberRole
  kind: "data" | "history"
  /** `kept`: expires when nobody reads it for long. */
  life: "lasting" | "kept"
  messages: number | null
  consumers: number | null
}

export interface NetworkFunctions {
  "client.subscriptions": {
    arguments: SubscriptionsArguments
    answer: { subscriptions: (SubscriptionInfo | ReceiverInfo)[] }
  }
  "queue.list": { arguments: Record<string, never>; answer: { queues: QueueInfo[] } }
  /** `messages`: how many were in it. */
  "queue.delete": { arguments: { queue: string }; answer: { queue: string; messages: number } }
}

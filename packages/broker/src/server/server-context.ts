import type { Logger } from "../logger.js"
import type { MemoryGauge } from "../model/memory-gauge.js"
import type { MessageStore } from "../model/message.js"
import type { Counters } from "./counters.js"
import type { Flusher } from "./flusher.js"
import type { HandshakeContext } from "./handshake.js"

/** Bounds that hold for every connection. */
export interface ConnectionLimits {
  readonly handshakeTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly maxMessageBytes: number
  readonly maxConsumersPerChannel: number
}

/** What all connections of a broker share. */
export interface ServerContext extends HandshakeContext {
  readonly store: MessageStore
  readonly gauge: MemoryGauge
  readonly counters: Counters
  readonly flusher: Flusher
  readonly logger: Logger
  readonly limits: ConnectionLimits
  /** The socket of a connection is closed, and everything that it held given back. */
  onClosed(connection: object): void
}

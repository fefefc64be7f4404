/** What has happened since the start. */
export interface Counters {
  /** Connections accepted. */
  connections: number
  /** Messages from publishers. */
  published: number
  /** Messages that found no queue. */
  unroutable: number
  /** Messages that a full queue refused. */
  refused: number
  /** Messages handed to consumers and to `basic.get`. */
  delivered: number
  /** Deliveries acknowledged. */
  acknowledged: number
  /** Connections that the broker closed because of an error of theirs. */
  connectionErrors: number
}

/** All at zero. */
export function newCounters(): Counters {
  return {
    connections: 0,
    published: 0,
    unroutable: 0,
    refused: 0,
    delivered: 0,
    acknowledged: 0,
    connectionErrors: 0,
  }
}

import type { JsonValue } from "./json.js"

/**
 * What is known of a metric. Keys beginning with `_` belong to the storage; others than those below may be added freely.
 *
 * It comes from other programs: check the type of a field before relying on it.
 */
export interface Metadata {
  /** For people. */
  description?: string
  /** SI symbol with prefix; "" for a number without dimension. */
  unit?: string
  /** Points a second, a best estimate, > 0. */
  rate?: number
  /** Exact distance of points as duration text; some tools write a number of seconds. */
  interval?: string | number
  /** When a value holds: since the point before (`last`), until the next (`next`), or only at its time (`point`). */
  scope?: "last" | "next" | "point"
  /** What is measured, such as "power"; ideally also the last component of the name. */
  quantity?: string
  /** Points a message; null if the source decides each time. Clients set it. */
  chunkSize?: number | null
  /** Left out of lists unless asked for. */
  hidden?: boolean
  /** Since when there is no more data, as text. */
  archived?: string
  /** Whether a database stores it. The manager sets it. */
  historic?: boolean
  /** Token of the client that declared it last. The manager sets it. */
  source?: string
  /** When it was declared last, ISO 8601. The manager sets it unless the source did. */
  date?: string
  [key: string]: JsonValue | undefined
}

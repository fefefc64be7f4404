import type { JsonObject } from "@metricq/client"
import type { TargetState } from "../polling/target-state.js"

/**
 * A way by which values come on their own: a connection to a broker, a port that is listened on.
 *
 * Feeds are made for every configuration and cost nothing until they run. One whose `key` is that of a running one is dropped in
 * favour of that one, which goes on undisturbed.
 */
export interface Feed {
  /** Everything the feed depends on, as text. */
  readonly key: string
  readonly state: TargetState
  /** Receives until the signal aborts; heals by itself, and never rejects. */
  run(signal: AbortSignal): Promise<void>
  /** What `discover` tells of it. */
  details(): JsonObject
}

import type { Metadata } from "@metricq/client"
import type { MetricState } from "../network/metric-state.js"
import type { Detection } from "./finding.js"
import type { MetricTrack } from "./metric-track.js"
import type { Thresholds } from "./thresholds.js"

/** A metric at one moment, for rules. */
export interface MetricObservation {
  readonly name: string
  readonly metadata: Metadata
  readonly state: MetricState
  /** Token of the client that declares it; "" if unknown. */
  readonly source: string
  /** What databases have told of it in this sweep and before; undefined if none has stored a point of it. */
  readonly track: MetricTrack | undefined
  /** Whether the database that told of it last has answered in this sweep, and is not behind; without one, whether all have. */
  readonly isCurrent: boolean
  /** Since when that database has been running: before nobody could have stored a point. */
  readonly storingSinceMs: number
  /** Whether a configuration of a database has room for it; undefined if nobody knows, or has asked. */
  readonly isCovered?: boolean | undefined
  readonly nowMs: number
}

/** A client at one moment. */
export interface ClientObservation {
  readonly token: string
  readonly isUp: boolean
  readonly lastSeenMs: number
  readonly host: string | undefined
  /** Clock of the client against that of the manager, in seconds, ahead is positive; undefined if it has not answered just now. */
  readonly clockS: number | undefined
  /** How often its host has been another one within the last hour, and the hosts. */
  readonly hostChanges: number
  readonly hosts: readonly string[]
  readonly configuration: ConfigurationObservation | undefined
}

/** What became of a configuration, where the manager tells. Revisions are opaque. */
export interface ConfigurationObservation {
  readonly stored?: string
  readonly storedMs?: number
  readonly accepted?: string
  readonly refused?: { readonly revision: string; readonly text: string }
}

/** A database at one moment. */
export interface DatabaseObservation {
  readonly token: string
  /** `foreign`: one of the original, which does not tell. `away`: it has been there, and does not answer. */
  readonly state: "answers" | "away" | "foreign"
  /** Messages that wait to be stored, with the database or in its queue. */
  readonly waiting: number
  readonly trouble: readonly string[]
}

/** A lasting queue of the network. */
export interface QueueObservation {
  readonly queue: string
  readonly token: string
  readonly messages: number
  readonly consumers: number
}

/** The network at one moment, for rules; undefined is what could not be asked for. */
export interface NetworkObservation {
  readonly nowMs: number
  readonly clients: readonly ClientObservation[] | undefined
  readonly databases: readonly DatabaseObservation[]
  readonly queues: readonly QueueObservation[] | undefined
  readonly contested: readonly { readonly metric: string; readonly sources: readonly string[] }[] | undefined
}

/** Many metrics of one client that have the same. */
export interface MetricGroup {
  readonly client: string
  readonly count: number
  readonly examples: readonly string[]
  /** Worst, earliest and so on of its members. */
  readonly first: Detection
}

/**
 * A rule about single metrics. It is pure: the same observation gives the same answer.
 *
 * `check` says what is wrong; undefined if all is well; `unknown` if it cannot tell now, which leaves a finding as it is.
 */
export interface MetricRule {
  readonly kind: Detection["kind"]
  check(metric: MetricObservation, thresholds: Thresholds): Detection | "unknown" | undefined
  /** The same of many metrics of a client, as one. */
  group(group: MetricGroup): Detection
}

/** A rule about the network: everything that is wrong, or `unknown`. It is pure. */
export interface NetworkRule {
  readonly kind: Detection["kind"]
  check(network: NetworkObservation, thresholds: Thresholds): readonly Detection[] | "unknown"
}

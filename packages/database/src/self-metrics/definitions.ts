/** What a metric of the database itself is. */
interface Definition {
  readonly unit: string
  readonly description: string
}

/** Names of the original first; see the README for how they are meant here. */
const definitions = {
  "read.request.rate": { unit: "Hz", description: "history requests" },
  "read.data.rate": { unit: "B/s", description: "answers to history requests" },
  "read.pending.time": { unit: "s", description: "mean time that history requests waited before they were worked on" },
  "read.utilization": { unit: "", description: "share of the time in which history requests were worked on" },
  "read.pending.count": { unit: "", description: "history requests that wait" },
  "read.active.count": { unit: "", description: "history requests worked on" },
  "read.failed.count": { unit: "", description: "history requests answered with an error since the start" },
  "write.request.rate": { unit: "Hz", description: "chunks of points received" },
  "write.data.rate": { unit: "B/s", description: "points stored, 16 bytes each" },
  "write.pending.time": { unit: "s", description: "mean time from receiving a chunk until it was on disk" },
  "write.utilization": { unit: "", description: "share of the time in which chunks waited for the disk" },
  "write.pending.count": { unit: "", description: "chunks that wait for the disk" },
  "write.active.count": { unit: "", description: "chunks received and not acknowledged" },
  "write.failed.count": { unit: "", description: "attempts to store a chunk that failed since the start" },
  "points.rate": { unit: "Hz", description: "points stored" },
  "points.ignored.count": { unit: "", description: "points of metrics that are not stored here, since the start" },
  "points.refused.count": {
    unit: "",
    description: "points that cannot be stored, such as infinite values, since the start",
  },
  "points.conflicts.count": {
    unit: "",
    description: "points that replaced another value of the same time, since the start",
  },
  "points.future.count": { unit: "", description: "points with times more than a day ahead, since the start" },
  "points.lost.count": { unit: "", description: "points given up after repeated failures, since the start" },
  "metrics.count": { unit: "", description: "metrics stored" },
  "metrics.waiting.count": { unit: "", description: "metrics not yet announced to the manager" },
  "store.disk.bytes": { unit: "B", description: "size of all segments" },
  "store.journal.bytes": { unit: "B", description: "size of the journal" },
  "store.heads.bytes": { unit: "B", description: "memory of points that are not in a segment yet" },
  "store.segments.count": { unit: "", description: "segments" },
  "store.sync.time": { unit: "s", description: "how long the last sync of the journal took" },
  "store.checkpoint.age": {
    unit: "s",
    description: "time since points were last written from the journal to a segment",
  },
} as const satisfies Record<string, Definition>

/** Names of the metrics of the database itself, without their prefix. */
export type SelfMetricName = keyof typeof definitions

/** The metrics of the database itself, by their names without the prefix. */
export const selfMetricDefinitions: Readonly<Record<SelfMetricName, Definition>> = definitions

import type { DbStats } from "@metricq/client"
import type { IngestStats } from "../ingest.js"
import type { StoreFigures } from "../store.js"
import type { SelfMeasurement } from "./self-metrics.js"
import type { WorkMeter, WorkSample } from "./work-meter.js"

/** What is looked at. */
export interface Measured {
  readonly reads: WorkMeter
  readonly writes: WorkMeter
  points(): IngestStats
  network(): DbStats
  store(): StoreFigures
  metrics(): { readonly stored: number; readonly waiting: number }
}

/** Measures a database: rates and means are those since the last time. */
export class Measurement {
  readonly #measured: Measured
  #points = 0
  #atMs = performance.now()

  constructor(measured: Measured) {
    this.#measured = measured
  }

  take(): SelfMeasurement {
    const { reads, writes } = this.#measured
    const points = this.#measured.points()
    const { data } = this.#measured.network()
    const metrics = this.#measured.metrics()
    const store = this.#measured.store()
    return {
      ...named("read", reads.sample()),
      ...named("write", { ...writes.sample(), activeCount: data.inWork }),
      "points.rate": this.#rateOf(points.stored),
      "points.ignored.count": points.ignored,
      "points.refused.count": store.refused,
      "points.conflicts.count": store.conflicts,
      "points.future.count": points.future,
      "points.lost.count": data.setAside,
      "metrics.count": metrics.stored,
      "metrics.waiting.count": metrics.waiting,
      "store.disk.bytes": store.diskBytes,
      "store.journal.bytes": store.journalBytes,
      "store.heads.bytes": store.headBytes,
      "store.segments.count": store.segments,
      "store.sync.time": store.syncS,
      "store.checkpoint.age": store.checkpointAgeS,
    }
  }

  #rateOf(points: number): number {
    const nowMs = performance.now()
    const rate = (points - this.#points) / Math.max(1e-3, (nowMs - this.#atMs) / 1000)
    this.#points = points
    this.#atMs = nowMs
    return rate
  }
}

/** A sample under the names of the original. */
function named<Kind extends "read" | "write">(kind: Kind, sample: WorkSample) {
  return {
    [`${kind}.request.rate`]: sample.requestRate,
    [`${kind}.data.rate`]: sample.dataRate,
    [`${kind}.pending.time`]: sample.pendingS,
    [`${kind}.utilization`]: sample.utilization,
    [`${kind}.pending.count`]: sample.pendingCount,
    [`${kind}.active.count`]: sample.activeCount,
    [`${kind}.failed.count`]: sample.failedCount,
  } as Record<`${Kind}.${SampleName}`, number>
}

type SampleName =
  | "request.rate"
  | "data.rate"
  | "pending.time"
  | "utilization"
  | "pending.count"
  | "active.count"
  | "failed.count"

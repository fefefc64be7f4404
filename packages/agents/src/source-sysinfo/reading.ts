import type { Round } from "./round.js"

/** What a metric is: the part of its metadata that does not depend on the configuration. */
export interface MetricInfo {
  /** Unit of the values, `""` for plain numbers. */
  readonly unit: string
  /** One line for people. */
  readonly description: string
  /** What is measured, where the name of the metric does not end in it. */
  readonly quantity?: string
  /** `last`: the value holds for the time since the previous point, as a rate does; `point`: for its moment only. */
  readonly scope: "last" | "point"
}

/** A metric of a group, without the configured prefix. */
export interface Series {
  readonly metric: string
  readonly info: MetricInfo
}

/** One value of one metric; `undefined` where the metric is known but has none this time: a rate needs two readings. */
export interface Reading extends Series {
  readonly value: number | undefined
}

/**
 * Metrics that are read together and switched on and off together.
 *
 * `read` gives every metric that exists at the moment. What cannot be read, or is not what it should be, is left out; only a
 * defect of the group itself rejects. It is not called again before the last call has settled.
 */
export interface Group {
  readonly name: string
  read(round: Round): Promise<Reading[]>
}

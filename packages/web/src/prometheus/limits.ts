/** How much a query may ask for. Beyond it is answered with an error that says what to change. */
export interface Limits {
  /** Steps of a range query. */
  readonly steps: number
  /** Selectors in a query. */
  readonly selectors: number
  /** Series that one selector means. */
  readonly series: number
  /** Values of one selector, steps times series. */
  readonly samples: number
  /** Points of all metrics, where a function needs each of them. */
  readonly points: number
  /** Rows that are asked for a metric, about. */
  readonly rows: number
  /** Time of a query in ms. */
  readonly timeMs: number
  /** Requests to databases at once, of one query. */
  readonly requests: number
}

export const defaultLimits: Limits = {
  steps: 11_000,
  selectors: 50,
  series: 1000,
  samples: 2_000_000,
  points: 1_000_000,
  rows: 50_000,
  timeMs: 30_000,
  requests: 32,
}

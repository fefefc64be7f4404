/** What is known of the values of one metric in one interval, as numbers to work with. */
export interface Row {
  /** Begin of the interval, in nanoseconds since 1970. */
  readonly timeNs: bigint
  /** Its length. */
  readonly intervalNs: number
  readonly minimum: number
  readonly maximum: number
  /** Over time where any is covered, else over the points; NaN where nothing is known. */
  readonly mean: number
  /** Points whose times lie in the interval. */
  readonly count: number
  /** How much of the interval is covered by values. */
  readonly activeNs: number
  /** In units of the value times seconds. */
  readonly integral: number
}

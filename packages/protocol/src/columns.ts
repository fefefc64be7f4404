/** Points of one metric as columns of equal length: nanoseconds since 1970-01-01 UTC and values. NaN stands for a failed measurement. */
export interface Columns {
  times: BigInt64Array
  values: Float64Array
}

/**
 * Aggregates of one level as columns of equal length ≥ 1, sorted, each row once. Rows without points and without active time are left out.
 *
 * Row i covers the half-open time from `rows[i] * interval` on. Row numbers are whole and exact as float64. `count` and `activeNs` are
 * whole numbers; `integral` is in units of the value times nanoseconds. A row that has active time but no points has count 0 and sum 0.
 *
 * A stretch of rows that are filled by one value, without points of their own, is given as its first and its last row: between two
 * neighbours in a block that have count 0, are active all the time and have the same value lie rows like them. A stretch is never split
 * between blocks that one writer made. So the time between two points costs two rows of a level at most, however long it is.
 */
export interface RowBlock {
  readonly rows: Float64Array
  readonly minimum: Float64Array
  readonly maximum: Float64Array
  readonly sum: Float64Array
  readonly count: Float64Array
  readonly integral: Float64Array
  readonly activeNs: Float64Array
}

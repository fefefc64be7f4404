/**
 * What is known of the values of a stretch of time; mutable, for adding up.
 *
 * Nothing known: minimum +Infinity, maximum -Infinity, all else zero. `integral` is in units of the value times nanoseconds, `activeNs` the
 * time covered by values; whole numbers, exact below 2^53 ns (104 days) and to the nearest float64 above.
 */
export interface Aggregate {
  minimum: number
  maximum: number
  sum: number
  count: number
  integral: number
  activeNs: number
}

/** An aggregate of nothing. */
export function emptyAggregate(): Aggregate {
  return {
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    sum: 0,
    count: 0,
    integral: 0,
    activeNs: 0,
  }
}

/** Add what is known of another stretch of time. */
export function addAggregate(to: Aggregate, other: Readonly<Aggregate>): void {
  if (other.minimum < to.minimum) to.minimum = other.minimum
  if (other.maximum > to.maximum) to.maximum = other.maximum
  to.sum += other.sum
  to.count += other.count
  to.integral += other.integral
  to.activeNs += other.activeNs
}

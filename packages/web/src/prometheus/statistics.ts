/** Standard deviation of all these values (not of a sample of them); NaN for none. */
export function deviationOf(values: ArrayLike<number>): number {
  let mean = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    const difference = values[i]! - mean
    mean += difference / (i + 1)
    squares += difference * (values[i]! - mean)
  }
  return Math.sqrt(squares / values.length)
}

/** The value below which so large a part of the values is, between two of them linearly; −∞ below 0, +∞ above 1, NaN for none. */
export function quantileOf(values: ArrayLike<number>, part: number): number {
  if (values.length === 0 || Number.isNaN(part)) return Number.NaN
  if (part < 0) return Number.NEGATIVE_INFINITY
  if (part > 1) return Number.POSITIVE_INFINITY
  const sorted = Float64Array.from(values).sort()
  const place = part * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(sorted.length - 1, below + 1)
  const share = place - below
  return share === 0 ? sorted[below]! : sorted[below]! * (1 - share) + sorted[above]! * share
}

/** The line through points with the least squares: its slope, and its value at time 0. NaN for fewer than two times. */
export function regressionOf(times: ArrayLike<number>, values: ArrayLike<number>): { slope: number; atZero: number } {
  const n = times.length
  let [meanTime, meanValue] = [0, 0]
  for (let i = 0; i < n; i++) {
    meanTime += times[i]! / n
    meanValue += values[i]! / n
  }
  let [together, alone] = [0, 0]
  for (let i = 0; i < n; i++) {
    together += (times[i]! - meanTime) * (values[i]! - meanValue)
    alone += (times[i]! - meanTime) ** 2
  }
  const slope = together / alone
  return { slope, atZero: meanValue - slope * meanTime }
}

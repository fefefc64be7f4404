/**
 * Path of an SVG of `width` × `height` through values at times.
 * The width stands for `range`, by default that of the times. Gaps (null, NaN) stay empty. `""` without two points to connect.
 */
export function sparkline(
  times: ArrayLike<number>,
  values: ArrayLike<number | null>,
  width: number,
  height: number,
  range?: { from: number; to: number },
): string {
  const [low, high] = boundsOf(values)
  const begin = range?.from ?? times[0]
  const end = range?.to ?? times[times.length - 1]
  if (begin === undefined || end === undefined || !(end > begin) || low > high) return ""
  const x = (time: number) => round(((time - begin) / (end - begin)) * width)
  const y = (value: number) => round(high === low ? height / 2 : height - ((value - low) / (high - low)) * height)
  let path = ""
  let isDrawing = false
  for (let i = 0; i < times.length; i++) {
    const value = values[i]
    if (value === null || value === undefined || !Number.isFinite(value)) isDrawing = false
    else {
      path += `${isDrawing ? "L" : "M"}${x(times[i] ?? begin)} ${y(value)}`
      isDrawing = true
    }
  }
  return path.includes("L") ? path : ""
}

/** Smallest and largest of the finite values; [Infinity, -Infinity] if there is none. */
export function boundsOf(values: ArrayLike<number | null>): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value === null || value === undefined || !Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

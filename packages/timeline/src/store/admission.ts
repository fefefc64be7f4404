import type { Columns } from "@metricq/protocol"

/** Up to so many times, comparing them as bigint is faster than making a view. */
const FEW = 8

/** The points that can be stored, without those of an infinite value or a time of zero or before; the columns themselves if all can. */
export function storable(columns: Columns): Columns {
  const { times, values } = columns
  return arePositive(times) && !hasInfinite(values) ? columns : onlyStorable(columns)
}

function onlyStorable({ times, values }: Columns): Columns {
  const indices = Array.from(times.keys()).filter((i) => times[i]! > 0n && !isInfinite(values[i]!))
  return {
    times: BigInt64Array.from(indices, (i) => times[i]!),
    values: Float64Array.from(indices, (i) => values[i]!),
  }
}

function arePositive(times: BigInt64Array): boolean {
  if (times.length <= FEW) {
    for (let i = 0; i < times.length; i++) if (times[i]! <= 0n) return false
    return true
  }
  // Only little-endian machines get here, see `Words`.
  const words = new Int32Array(times.buffer, times.byteOffset, 2 * times.length)
  for (let i = 0; i < words.length; i += 2) {
    const high = words[i + 1]!
    if (high < 0 || (high === 0 && words[i] === 0)) return false
  }
  return true
}

function hasInfinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (isInfinite(values[i]!)) return true
  return false
}

function isInfinite(value: number): boolean {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY
}

/** The border of rows of `intervalNs` at or before a time. */
export function alignDown(ns: bigint, intervalNs: bigint): bigint {
  const beyond = ns % intervalNs
  return beyond < 0n ? ns - beyond - intervalNs : ns - beyond
}

/** The border of rows of `intervalNs` at or after a time. */
export function alignUp(ns: bigint, intervalNs: bigint): bigint {
  return alignDown(ns + intervalNs - 1n, intervalNs)
}

/** The earlier of two times. */
export function earlier(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** The later of two times. */
export function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** What became of a deed that was done part by part. */
export interface Outcome {
  /** What it was done with, as {@link inParts}'s `each` has told. */
  done: string[]
  /** How many it could not be done with, and why, the same reason once. */
  failed: { count: number; message: string }[]
}

/** After so many parts in a row that fail, the rest is not tried. */
const MOST_FAILURES = 3

/**
 * Do something with many names, `size` at a time. A part that fails does not keep the others from being done. `each` resolves to those of
 * its part that it has changed; `onProgress` is told how many have been tried. After `signal` no further part begins.
 */
export async function inParts(
  names: readonly string[],
  size: number,
  each: (part: string[]) => Promise<string[]>,
  onProgress: (tried: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Outcome> {
  const done: string[] = []
  const failures = new Map<string, number>()
  let inARow = 0
  let last = ""
  for (let at = 0; at < names.length && !signal?.aborted; at += size) {
    const part = names.slice(at, at + size)
    if (inARow === MOST_FAILURES) {
      failures.set(last, (failures.get(last) ?? 0) + names.length - at)
      break
    }
    try {
      for (const name of await each(part)) done.push(name)
      inARow = 0
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
      failures.set(last, (failures.get(last) ?? 0) + part.length)
      inARow++
    }
    onProgress(Math.min(at + size, names.length))
  }
  return { done, failed: [...failures].map(([message, count]) => ({ count, message })) }
}

import type { Metadata } from "@metricq/client"

/** Names in one question to the manager. */
const BATCH = 1000

/**
 * Stored metrics of which the manager does not know that they are stored, a batch after the other: they came into the folder while no
 * database ran on it, by an import or out of a backup. Ends early when `stopping` aborts.
 *
 * @param historic metadata at the manager of those among the names that it knows as stored
 */
export async function* unannounced(
  names: readonly string[],
  historic: (names: string[]) => Promise<Record<string, Metadata>>,
  stopping: AbortSignal,
): AsyncGenerator<string[], void, undefined> {
  for (let from = 0; from < names.length && !stopping.aborted; from += BATCH) {
    const batch = names.slice(from, from + BATCH)
    const known = await historic(batch)
    const unknown = batch.filter((name) => !Object.hasOwn(known, name))
    if (unknown.length > 0 && !stopping.aborted) yield unknown
  }
}

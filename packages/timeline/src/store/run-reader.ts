import type { StoredMetric } from "../catalog/catalog.js"
import type { LevelParameters } from "../level-parameters.js"
import type { Run } from "../run.js"
import { DamagedBlock } from "../segment/segment.js"
import { loadRun } from "./run-loader.js"
import type { Store } from "./store.js"

/**
 * Read the runs of a metric as they are at this moment; what is appended, merged or deleted meanwhile changes nothing.
 *
 * @throws {StorageError} `damaged` with the name of the metric
 */
export async function withRuns<T>(
  store: Store,
  metric: StoredMetric,
  use: (runs: readonly Run[], parameters: LevelParameters) => Promise<T>,
): Promise<T> {
  // Reads of what is in memory need nothing from outside: many of them in a row must not keep everything else waiting.
  await store.pace.step()
  const { parameters, number } = metric
  const { state } = store.ledger
  const inMemory = store.heads.flatMap((heads) => heads.get(number)?.runs(heads.sequence, parameters) ?? [])
  state.enter()
  try {
    const runs: Run[] = []
    for (const ref of state.runsOf(number)) runs.push(await loadRun(ref, parameters))
    return await use(runs.concat(inMemory), parameters)
  } catch (error) {
    if (!(error instanceof DamagedBlock)) throw error
    const named = error.named(metric.name)
    store.damage.add(named.message)
    throw named
  } finally {
    state.leave()
  }
}

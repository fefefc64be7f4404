import type { StoredMetric } from "../catalog/catalog.js"
import { type LevelParameters, levelIntervals } from "../level-parameters.js"
import type { Run } from "../run.js"
import { DamagedBlock } from "../segment/segment.js"
import { loadRun } from "./run-loader.js"
import { type ReadWindow, selectRuns } from "./select-runs.js"
import type { Store } from "./store.js"
import type { RunRef } from "./store-state.js"

/**
 * Read the runs of a metric as they are at this moment; what is appended, merged or deleted meanwhile changes nothing.
 *
 * @param window what the read is about, so that of very many runs not all are looked at; undefined: all
 * @throws {StorageError} `damaged` with the name of the metric
 */
export async function withRuns<T>(
  store: Store,
  metric: StoredMetric,
  window: ReadWindow | undefined,
  use: (runs: readonly Run[], parameters: LevelParameters) => Promise<T>,
): Promise<T> {
  // Reads of what is in memory need nothing from outside: many of them in a row must not keep everything else waiting.
  await store.pace.step()
  const { parameters, number } = metric
  const { state } = store.ledger
  const inMemory = store.heads.flatMap((heads) => heads.get(number)?.runs(heads.sequence, parameters) ?? [])
  state.enter()
  try {
    const refs = state.runsOf(number)
    const isSelective = window && refs.length > store.options.fewRuns
    const runs = isSelective ? await loadSelected(refs, inMemory, window, parameters) : await loadAll(refs, parameters)
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

async function loadAll(refs: readonly RunRef[], parameters: LevelParameters): Promise<Run[]> {
  return Promise.all(refs.map((ref) => loadRun(ref, parameters)))
}

/** Where only rows have been kept answers are made of these, and reach further than asked for if they are longer. */
async function loadSelected(
  refs: readonly RunRef[],
  inMemory: readonly Run[],
  window: ReadWindow,
  parameters: LevelParameters,
): Promise<Run[]> {
  const intervals = levelIntervals(parameters)
  for (let marginNs = window.marginNs ?? 0n; ; ) {
    const runs = await loadAll(selectRuns(refs, inMemory, { ...window, marginNs }), parameters)
    const longest = runs.reduce((ns, run) => {
      const finestNs = run.hasPoints ? 0n : (intervals[run.levels[0] ?? -1] ?? 0n)
      return finestNs > ns ? finestNs : ns
    }, marginNs)
    if (longest === marginNs) return runs
    marginNs = longest
  }
}

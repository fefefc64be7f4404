import { StorageError } from "../errors.js"
import { parametersChecksum } from "../level-parameters.js"
import { Pace } from "../query/pace.js"
import { mergeRuns } from "../segment/merge-runs.js"
import { DamagedBlock, type Segment } from "../segment/segment.js"
import type { Throttle } from "../segment/segment-writer.js"
import { planMerge, planMergeOfAll, type SegmentSize, sizeOf } from "./merge-plan.js"
import { type MergeJob, mergeSegments } from "./merge-segments.js"
import { rewriteRuns } from "./rewrite-runs.js"
import { overlapClusters } from "./run-groups.js"
import { loadRun } from "./run-loader.js"
import { SegmentOutput } from "./segment-output.js"
import type { Store } from "./store.js"
import type { LiveSegment, RunRef } from "./store-state.js"

/** Runs of so many bytes are written anew at a time, more or less. */
const TIDY_BYTES = 1 << 26

/** So many overlapping runs are merged whatever that costs. */
const MANY_RUNS = 6

/** Merges segments, and tidies runs up that overlap or are out of date. All methods are to be called under the store's `maintenance`. */
export class Compactor {
  readonly #store: Store
  /**
   * Metrics that may have runs that overlap, or that were written with other parameters than they have now; undefined until they have been
   * looked for.
   */
  #untidy: Set<number> | undefined
  /** Segments in which something is damaged are left alone. */
  readonly #damaged = new Set<number>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Metrics that may have runs that overlap or are out of date, as far as known. */
  get untidy(): number {
    return this.#untidy?.size ?? 0
  }

  /** Metrics have got runs that overlap others, or other parameters. */
  addUntidy(metrics: Iterable<number>): void {
    for (const metric of metrics) this.#untidy?.add(metric)
  }

  /** Do what pays, slowly. */
  async background(signal: AbortSignal, throttle: Throttle): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      if (await this.#tidy(false, signal, throttle)) continue
      const plan = planMerge(this.#sizes())
      if (!plan || !(await this.#merge(...plan, signal, throttle))) return
    }
  }

  /** Merge everything that can be merged, at once. */
  async all(signal: AbortSignal): Promise<void> {
    while (await this.#tidy(true, signal)) {
      // There may be more of them than are merged at a time.
    }
    const { segments } = this.#store.ledger.state
    // From the newest on, so that the places of older ones stay.
    for (const [from, to] of planMergeOfAll(this.#sizes()).reverse()) {
      if (segments.length > 0) await this.#merge(from, to, signal)
    }
  }

  /** Sizes of the segments; of one that is damaged as if it were at rest. */
  #sizes(): SegmentSize[] {
    const rest = { bytes: 2 ** 40, liveBytes: 2 ** 40 }
    return this.#store.ledger.state.segments.map((live) =>
      this.#damaged.has(live.segment.number) ? rest : sizeOf(live, (metric) => !this.#store.catalog.isDeleted(metric)),
    )
  }

  /** Merge neighbours; false if something in them is damaged. */
  async #merge(from: number, to: number, signal: AbortSignal, throttle?: Throttle) {
    const store = this.#store
    const { state } = store.ledger
    const inputs = state.segments.slice(from, to)
    const sequence = inputs.at(-1)!.segment.sequence
    const out = new SegmentOutput(store.context, () => store.ledger.nextSegment(), sequence, throttle)
    state.enter()
    try {
      const { add, conflicts } = await this.#write(out, {
        inputs,
        state,
        parametersOf: (metric) => store.parametersOf(metric),
        isStored: (metric) => !store.catalog.isDeleted(metric),
        runPoints: store.options.tuning.runPoints,
        pace: new Pace(signal),
      })
      await store.ledger.commit({ add, remove: inputs.map(({ segment }) => segment), conflicts })
      return true
    } catch (error) {
      return this.#excuse(error, inputs)
    } finally {
      state.leave()
    }
  }

  async #write(out: SegmentOutput, job: Omit<MergeJob, "out">): Promise<{ add: Segment[]; conflicts: number }> {
    try {
      const conflicts = await mergeSegments({ ...job, out })
      return { add: await out.finish(), conflicts }
    } catch (error) {
      await out.abandon()
      throw error
    }
  }

  /** Write some runs anew that overlap or are out of date; false if there are none of which it pays. */
  async #tidy(force: boolean, signal: AbortSignal, throttle?: Throttle): Promise<boolean> {
    const store = this.#store
    const untidy = await this.#findUntidy(signal)
    const { state } = store.ledger
    state.enter()
    try {
      let bytes = 0
      const clusters: { metric: number; refs: RunRef[] }[] = []
      for (const metric of [...untidy].sort((a, b) => a - b)) {
        const found = this.#clustersOf(metric)
        if (found.length === 0) untidy.delete(metric)
        for (const refs of found) {
          if (!force && !this.#isStale(refs) && !isWorthMerging(refs)) continue
          clusters.push({ metric, refs })
          bytes += bytesOf(refs)
        }
        if (bytes >= TIDY_BYTES) break
      }
      if (clusters.length === 0) return false
      const pace = new Pace(signal)
      await rewriteRuns(store, throttle, async (out, onConflicts) => {
        for (const { metric, refs } of clusters) {
          const parameters = store.parametersOf(metric)
          const runs = await Promise.all(refs.map((ref) => loadRun(ref, parameters)))
          await mergeRuns(await out.next(), { metric, parameters, runs, pace, onConflicts })
        }
        return clusters.flatMap(({ refs }) => refs)
      })
      return true
    } catch (error) {
      return this.#excuse(error, state.segments)
    } finally {
      state.leave()
    }
  }

  /** Runs of a metric that overlap or are out of date; where one is damaged the others must stay beside it. */
  #clustersOf(metric: number): RunRef[][] {
    const runs = this.#store.ledger.state.runsOf(metric)
    const withPoints = runs.filter(({ segment, run }) => segment.runs.rowsOnly[run] === 0)
    const isWhole = ({ segment }: RunRef) => !this.#damaged.has(segment.number)
    return overlapClusters(withPoints).filter(
      (cluster) => (cluster.length > 1 || this.#isStale(cluster)) && cluster.every(isWhole),
    )
  }

  /** Whether rows of one were made with other parameters than those of the metric now. */
  #isStale(refs: readonly RunRef[]): boolean {
    const { segment, run } = refs[0]!
    const now = parametersChecksum(this.#store.parametersOf(segment.runs.metric[run]!))
    return refs.some((ref) => ref.segment.runs.parameters[ref.run] !== now)
  }

  async #findUntidy(signal: AbortSignal): Promise<Set<number>> {
    if (this.#untidy) return this.#untidy
    const pace = new Pace(signal)
    const found = new Set<number>()
    // From now on checkpoints add to it.
    this.#untidy = found
    try {
      for (const { number } of this.#store.catalog.metrics()) {
        if (this.#clustersOf(number).length > 0) found.add(number)
        await pace.step()
      }
    } catch (error) {
      this.#untidy = undefined
      throw error
    }
    return found
  }

  /** That something is damaged is no reason not to merge the rest. */
  #excuse(error: unknown, segments: readonly LiveSegment[]): boolean {
    if (!(error instanceof DamagedBlock)) throw error
    const live = segments.find(({ segment }) => segment.path === error.path)
    if (!live) throw new StorageError("damaged", error.message, { cause: error })
    this.#damaged.add(live.segment.number)
    this.#store.damage.add(error.named(this.#store.nameOf(error.metric)).message)
    return true
  }
}

function isWorthMerging(refs: readonly RunRef[]): boolean {
  const bytes = refs.map(({ segment, run }) => segment.runBytes(run))
  const all = bytes.reduce((a, b) => a + b, 0)
  return refs.length >= MANY_RUNS || 10 * (all - Math.max(...bytes)) >= all
}

function bytesOf(refs: readonly RunRef[]): number {
  return refs.reduce((sum, { segment, run }) => sum + segment.runBytes(run), 0)
}

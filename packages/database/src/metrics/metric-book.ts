import { checkMetricName, FailureLog, type Logger } from "@metricq/client"
import { defaultLevelParameters, isSameParameters, type LevelParameters, type MetricInfo } from "@metricq/timeline"
import type { StoragePlan } from "../configuration/storage-plan.js"
import type { Registrar } from "./registrar.js"
import { type StoredBefore, StoredMetric } from "./stored-metric.js"

/** What a book needs of the store. */
export interface KnownMetrics {
  metrics(): string[]
  info(name: string): MetricInfo | undefined
}

/** Inputs that are remembered as not stored; beyond that all are looked at again. */
const MAX_IGNORED = 100_000
/** For what does not depend on it. */
const ANY_INTERVAL_NS = 1_000_000_000n
/** Names looked at between two turns of the event loop; an expression may take 0.1 ms for one. */
const STEP = 200

/** The metrics whose points come, by the names they come under, and which of them are stored as what. */
export class MetricBook {
  readonly #known: KnownMetrics
  readonly #registrar: Registrar
  readonly #refusals: FailureLog
  #plan: StoragePlan
  /** The one before, while its metrics are looked at. */
  #former: StoragePlan | undefined
  readonly #metrics = new Map<string, StoredMetric>()
  readonly #ignored = new Set<string>()
  /** Metrics of the store, as far as they count for the limit. */
  #count: number

  constructor(plan: StoragePlan, known: KnownMetrics, registrar: Registrar, logger: Logger) {
    this.#plan = plan
    this.#known = known
    this.#registrar = registrar
    this.#refusals = new FailureLog(logger)
    this.#count = known.metrics().length
  }

  get plan(): StoragePlan {
    return this.#plan
  }

  /** The metric that points of an input are stored as; undefined: they are not. */
  find(input: string): StoredMetric | undefined {
    const metric = this.#metrics.get(input)
    if (metric !== undefined || this.#ignored.has(input)) return metric
    return this.#meet(input)
  }

  /** Forget metrics that were deleted: their next points are those of new ones. */
  forget(names: ReadonlySet<string>): void {
    this.#count = this.#known.metrics().length
    for (const [input, metric] of this.#metrics) if (names.has(metric.name)) this.#metrics.delete(input)
  }

  /**
   * Follow another plan from now on. Metrics that it stores in the same way stay as they are; levels of the others are chosen anew in the
   * background.
   */
  async follow(plan: StoragePlan, signal: AbortSignal): Promise<void> {
    const former = this.#plan
    this.#plan = plan
    this.#ignored.clear()
    if (former.isSame(plan)) return
    // Another one may be on its way still; what it has not come to changes with this one.
    this.#former ??= former
    for (const [input, metric] of this.#metrics) {
      const next = plan.destination(input)
      if (next?.name !== metric.name || next.rule.key !== metric.rule.key) this.#metrics.delete(input)
    }
    for (const [index, name] of this.#known.metrics().entries()) {
      if (index % STEP === STEP - 1) await new Promise((resolve) => setImmediate(resolve))
      if (signal.aborted || this.#plan !== plan) return
      // Meeting one that is to be registered does that.
      if (!plan.names(name) && plan.rule(name) !== undefined && this.#isChanged(name)) this.find(name)
    }
    this.#former = undefined
  }

  #meet(input: string): StoredMetric | undefined {
    const destination = this.#plan.destination(input)
    if (destination === undefined || !this.#isWelcome(destination.name)) {
      if (this.#ignored.size >= MAX_IGNORED) this.#ignored.clear()
      this.#ignored.add(input)
      return undefined
    }
    const { name, rule } = destination
    const metric = new StoredMetric(name, rule, this.#before(name))
    this.#metrics.set(input, metric)
    // What the configuration names is subscribed and declared with it.
    if (!this.#plan.names(name)) this.#registrar.add(metric)
    return metric
  }

  /** Whether a name may become that of a metric here. */
  #isWelcome(name: string): boolean {
    if (this.#plan.names(name) || this.#known.info(name) !== undefined) return true
    try {
      checkMetricName(name)
    } catch (error) {
      this.#refusals.add("points are not stored", error)
      return false
    }
    const { metrics } = this.#plan.config.limits
    if (this.#count >= metrics) {
      this.#refusals.add(
        `points of ${name} are not stored`,
        `there are ${metrics} metrics, the most that limits.metrics allows`,
      )
      return false
    }
    this.#count += 1
    return true
  }

  /** It was stored by another rule before; known only while a new plan is introduced. */
  #isChanged(name: string): boolean {
    return this.#former !== undefined && this.#former.rule(name)?.key !== this.#plan.rule(name)?.key
  }

  #before(name: string): StoredBefore {
    const info = this.#known.info(name)
    if (info === undefined) return { points: 0 }
    const { firstNs, lastNs, points, parameters } = info
    const levels = wereChosen(parameters) ? parameters : undefined
    return { firstNs, lastNs, points, levels, isStale: this.#isChanged(name), isArchive: this.#isArchive(name, levels) }
  }

  /** Whether values hold for ever although neither the plan nor the one before says so. */
  #isArchive(name: string, levels: LevelParameters | undefined): boolean {
    if (levels === undefined || levels.maxGapNs !== undefined) return false
    const rules = [this.#plan.rule(name), this.#former?.rule(name)]
    return rules.every((rule) => rule === undefined || rule.levels(ANY_INTERVAL_NS).maxGapNs !== undefined)
  }
}

/** Not just those that a metric has before anything is known of it. */
function wereChosen(levels: LevelParameters): boolean {
  return !isSameParameters(levels, defaultLevelParameters)
}

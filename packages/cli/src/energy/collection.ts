import { type Columns, declaredInterval } from "@metricq/client"
import type { Usage } from "../history/usage.js"
import type { MetricList } from "../network/metric-list.js"
import { Meter } from "./meter.js"

/** A value holds for at most so many of the intervals that its metric declares. */
const GAP_INTERVALS = 10
/** What is waited for beyond the intervals of a metric: points take their time on the way. */
const ON_THE_WAY_S = 5

interface Metered {
  readonly meter: Meter
  readonly intervalS: number | undefined
  /** Points that come together. */
  readonly chunk: number
}

/** Meters of many metrics that are fed while something runs. */
export class Collection {
  readonly #metered = new Map<string, Metered>()
  #endNs: bigint | undefined
  #onChange: () => void = () => {}

  /** Measure from now on, `beginNs`, what {@link Collection.take} is given. */
  begin(metrics: MetricList, beginNs: bigint): void {
    for (const [name, metadata] of metrics) {
      const intervalS = declaredInterval(metadata)?.s
      const meter = new Meter(beginNs, intervalS === undefined ? undefined : intervalS * 1e9 * GAP_INTERVALS)
      const chunk = typeof metadata.chunkSize === "number" ? Math.max(1, metadata.chunkSize) : 1
      this.#metered.set(name, { meter, intervalS, chunk })
    }
  }

  /** Take points in; those that came before the begin are left out, as the first one after it says what there was. */
  take(metric: string, columns: Columns, nowNs: bigint): void {
    const { meter } = this.#metered.get(metric) ?? {}
    if (meter === undefined) return
    const reachedNs = this.#endNs !== undefined && this.#endNs < nowNs ? this.#endNs : nowNs
    meter.add(columns, reachedNs)
    this.#onChange()
  }

  /** It is over at `endNs`; points of the time before may still come. */
  end(endNs: bigint): void {
    this.#endNs = endNs
  }

  /** Metrics of which no point of the end or later has come, though one may: it is `sinceEndS` ago, and no longer than `limitS` if that is given. */
  awaited(sinceEndS: number, limitS: number | undefined): string[] {
    const endNs = this.#endNs ?? 0n
    const late = [...this.#metered].filter(([, metered]) => {
      return sinceEndS < (limitS ?? waitOf(metered)) && (metered.meter.lastNs ?? 0n) < endNs
    })
    return late.map(([name]) => name)
  }

  /** Resolves when something has come, or after `ms`. */
  change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#onChange = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** What there was of each metric. */
  finish(): Map<string, Usage> {
    const endNs = this.#endNs
    if (endNs === undefined) throw new Error("it has not ended")
    return new Map([...this.#metered].map(([name, { meter }]) => [name, meter.finish(endNs)]))
  }
}

/** Two intervals, and the time on the way; by what has come where nothing is declared. */
function waitOf({ meter, intervalS, chunk }: Metered): number {
  return 2 * (intervalS === undefined ? meter.longestStepNs / 1e9 : intervalS * chunk) + ON_THE_WAY_S
}

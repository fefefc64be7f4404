import { Counter } from "./counter.js"
import { Devices } from "./devices.js"
import type { Group, MetricInfo, Reading, Series } from "./reading.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"

/** A rate that is told for each device of a group, from one of the device's counters. */
export interface RateMetric {
  /** What follows the device in the metric's name. */
  readonly suffix: string
  readonly unit: string
  readonly description: (device: string) => string
  readonly quantity?: string
  /** Factor from counts per second to `unit`. */
  readonly scale?: number
}

/** The counters of a device at a moment. */
export interface CounterSample {
  readonly device: string
  /** In the order of the group's metrics; NaN where the device has no such counter. */
  readonly counters: readonly number[]
  /** Milliseconds of the monotonic clock. */
  readonly atMs: number
  /** Where the device's counters start again at 0, if it tells. */
  readonly range?: number
}

export interface CounterGroupOptions {
  readonly name: string
  readonly metrics: readonly RateMetric[]
  readonly choice: Choice
  /** Readings closer together give no rates, see `Counter`. */
  readonly minElapsedS: number
  readonly sample: (round: Round) => Promise<readonly CounterSample[]>
  /** The group's own choice of devices; all, if not given. */
  readonly byDefault?: (device: string) => boolean
}

interface Kept {
  readonly series: readonly Series[]
  readonly counter: Counter
}

/** Devices that count, told as rates: network interfaces, disks, pressure, energy. Metrics are `<group>.<device>.<suffix>`. */
export class CounterGroup implements Group {
  readonly name: string
  readonly #options: CounterGroupOptions
  readonly #devices: Devices<Kept>

  constructor(options: CounterGroupOptions) {
    this.name = options.name
    this.#options = options
    this.#devices = new Devices(options.choice, (name, device) => ({
      series: options.metrics.map((metric) => rateSeries(`${options.name}.${name}`, metric, device)),
      counter: new Counter(options.minElapsedS),
    }))
  }

  async read(round: Round): Promise<Reading[]> {
    const { sample, byDefault } = this.#options
    const readings: Reading[] = []
    for (const reading of await sample(round)) {
      const kept = this.#devices.get(reading.device, byDefault?.(reading.device) ?? true)
      if (kept !== undefined) readings.push(...this.#rates(kept, reading))
    }
    this.#devices.endRound()
    return readings
  }

  #rates({ series, counter }: Kept, { counters, atMs, range }: CounterSample): Reading[] {
    const step = counter.step(counters, atMs, range)
    const rates = series.map((one, i) => {
      const delta = step?.deltas[i]
      const perSecond = step === undefined || delta === undefined ? undefined : delta / step.elapsedS
      return { ...one, value: perSecond && perSecond * (this.#options.metrics[i]?.scale ?? 1) }
    })
    return rates.filter((_, i) => !Number.isNaN(counters[i] ?? Number.NaN))
  }
}

function rateSeries(prefix: string, { suffix, unit, description, quantity }: RateMetric, device: string): Series {
  const info: MetricInfo = { unit, description: description(device), ...(quantity && { quantity }), scope: "last" }
  return { metric: suffix === "" ? prefix : `${prefix}.${suffix}`, info }
}

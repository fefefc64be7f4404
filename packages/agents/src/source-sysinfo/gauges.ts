import type { Group, MetricInfo, Reading } from "./reading.js"
import type { Round } from "./round.js"
import type { Choice } from "./selection.js"

/** A value of a gauge group and what it is. */
export interface Gauge {
  readonly field: string
  readonly info: MetricInfo
  /** NaN where the machine does not tell. */
  readonly value: number
}

/** A group of values that are read as they are; fields that are NaN are left out. Metrics are `<group>.<field>`. */
export class GaugeGroup implements Group {
  readonly name: string
  readonly #choice: Choice
  readonly #sample: (round: Round) => Promise<readonly Gauge[]>

  constructor(name: string, choice: Choice, sample: (round: Round) => Promise<readonly Gauge[]>) {
    this.name = name
    this.#choice = choice
    this.#sample = sample
  }

  async read(round: Round): Promise<Reading[]> {
    const gauges = await this.#sample(round)
    return gauges
      .filter(({ field, value }) => !Number.isNaN(value) && this.#choice.chosen(field, true))
      .map(({ field, info, value }) => ({ metric: `${this.name}.${field}`, info, value }))
  }
}

/** Gauges of a group from their values, in the order of `infos`. */
export function gauges<F extends string>(infos: Readonly<Record<F, MetricInfo>>, values: Record<F, number>): Gauge[] {
  return (Object.keys(infos) as F[]).map((field) => ({ field, info: infos[field], value: values[field] }))
}

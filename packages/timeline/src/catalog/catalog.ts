import { defaultLevelParameters, type LevelParameters } from "../level-parameters.js"

/** A metric of the store. */
export interface StoredMetric {
  /** By which journal and segments know it; never used again for another. */
  readonly number: number
  name: string
  parameters: LevelParameters
}

/** One thing the catalog says; `n` counts them. */
export type CatalogRecord = { readonly n: number } & (
  | { readonly op: "metric"; readonly id: number; readonly name: string; readonly levels: LevelsText }
  | { readonly op: "levels"; readonly id: number; readonly levels: LevelsText }
  | { readonly op: "delete"; readonly id: number }
  | { readonly op: "rename"; readonly id: number; readonly name: string }
)

/** `interval_min`, `interval_max`, factor and longest gap, the times in nanoseconds as text; no gap: null. */
export type LevelsText = readonly [string, string, number, string | null]

/** Names, numbers and level parameters of the metrics, in memory; what changes is given as records for the log. */
export class Catalog {
  readonly #byName = new Map<string, StoredMetric>()
  readonly #byNumber: (StoredMetric | undefined)[] = []
  readonly #deleted = new Set<number>()
  /** Metrics with the same parameters share one object, and there may be a hundred thousand of them. */
  readonly #parameters = new Map<string, LevelParameters>()
  #next = 1
  #n = 0

  get size(): number {
    return this.#byName.size
  }

  /** Number that the next metric gets. */
  get nextNumber(): number {
    return this.#next
  }

  /** In order of their numbers. */
  *metrics(): Generator<StoredMetric> {
    for (const metric of this.#byNumber) if (metric) yield metric
  }

  /** Up to `limit` metrics whose numbers are above `after`, in order of these. */
  following(after: number, limit: number): StoredMetric[] {
    const found: StoredMetric[] = []
    for (let number = Math.max(0, after + 1); number < this.#byNumber.length && found.length < limit; number++) {
      const metric = this.#byNumber[number]
      if (metric) found.push(metric)
    }
    return found
  }

  byName(name: string): StoredMetric | undefined {
    return this.#byName.get(name)
  }

  byNumber(number: number): StoredMetric | undefined {
    return this.#byNumber[number]
  }

  /** Whether a metric of this number has been deleted, so that its points are to be dropped. */
  isDeleted(number: number): boolean {
    return this.#deleted.has(number)
  }

  /** Never give this number to a new metric. */
  avoid(number: number): void {
    if (number >= this.#next) this.#next = number + 1
  }

  create(name: string, parameters = defaultLevelParameters): CatalogRecord {
    const record = { n: ++this.#n, op: "metric", id: this.#next, name, levels: levelsText(parameters) } as const
    this.apply(record)
    return record
  }

  declare(metric: StoredMetric, parameters: LevelParameters): CatalogRecord {
    const record = { n: ++this.#n, op: "levels", id: metric.number, levels: levelsText(parameters) } as const
    this.apply(record)
    return record
  }

  /** Give a metric another name. Where another metric has that, the two change names. */
  rename(metric: StoredMetric, name: string): CatalogRecord {
    const record = { n: ++this.#n, op: "rename", id: metric.number, name } as const
    this.apply(record)
    return record
  }

  delete(metric: StoredMetric): CatalogRecord {
    const record = { n: ++this.#n, op: "delete", id: metric.number } as const
    this.apply(record)
    return record
  }

  /** Take what the log says. */
  apply(record: CatalogRecord): void {
    this.#n = Math.max(this.#n, record.n)
    this.avoid(record.id)
    const known = this.#byNumber[record.id]
    switch (record.op) {
      case "metric":
        this.#add({ number: record.id, name: record.name, parameters: this.#levels(record.levels) })
        return
      case "levels":
        if (known) known.parameters = this.#levels(record.levels)
        return
      case "delete":
        this.#deleted.add(record.id)
        if (!known) return
        this.#byNumber[record.id] = undefined
        if (this.#byName.get(known.name) === known) this.#byName.delete(known.name)
        return
      case "rename":
        if (known) this.#rename(known, record.name)
    }
  }

  /** Everything in as few records as possible; of the deleted metrics those that `isUsed` says are still on the disk. */
  records(isUsed: (number: number) => boolean): CatalogRecord[] {
    const records: CatalogRecord[] = []
    for (const { number, name, parameters } of this.metrics()) {
      records.push({ n: ++this.#n, op: "metric", id: number, name, levels: levelsText(parameters) })
    }
    for (const id of [...this.#deleted]) {
      if (isUsed(id)) records.push({ n: ++this.#n, op: "delete", id })
      else this.#deleted.delete(id)
    }
    return records
  }

  #rename(metric: StoredMetric, name: string): void {
    const other = this.#byName.get(name)
    if (other === metric) return
    if (this.#byName.get(metric.name) === metric) this.#byName.delete(metric.name)
    if (other) {
      other.name = metric.name
      this.#byName.set(other.name, other)
    }
    metric.name = name
    this.#byName.set(name, metric)
  }

  #levels(text: LevelsText): LevelParameters {
    const key = text.join(" ")
    const parameters = this.#parameters.get(key) ?? levelsOf(text)
    this.#parameters.set(key, parameters)
    return parameters
  }

  #add(metric: StoredMetric): void {
    while (this.#byNumber.length < metric.number) this.#byNumber.push(undefined)
    this.#byNumber[metric.number] = metric
    this.#byName.set(metric.name, metric)
  }
}

function levelsText({ intervalMinNs, intervalMaxNs, intervalFactor, maxGapNs }: LevelParameters): LevelsText {
  return [
    String(intervalMinNs),
    String(intervalMaxNs),
    intervalFactor,
    maxGapNs === undefined ? null : String(maxGapNs),
  ]
}

function levelsOf([min, max, intervalFactor, gap]: LevelsText): LevelParameters {
  const maxGapNs = gap === null ? undefined : BigInt(gap)
  return { intervalMinNs: BigInt(min), intervalMaxNs: BigInt(max), intervalFactor, maxGapNs }
}

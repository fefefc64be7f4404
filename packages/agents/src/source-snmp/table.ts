import type { Cell, Rows } from "./columns-reader.js"
import type { SnmpObjectConfig, SnmpTableConfig } from "./config.js"
import { type MetricPlace, metricOf, namePart, type ObjectMetric, type Row } from "./metric.js"
import { contentOf } from "./object-value.js"
import { plainOid } from "./oid.js"

/** A metric of a table has a new value. */
export interface Reading {
  readonly metric: ObjectMetric
  readonly cell: Cell
}

interface Known {
  readonly metric: ObjectMetric
  /** Readings of the table since it was last there. */
  absent: number
}

/** Readings of a table until a row that is not there any more is forgotten. */
const FORGET_AFTER = 60

/** A table of a host: the metrics of its rows, which come and go. */
export class Table {
  /** What is to be read. */
  readonly columns: readonly string[]
  readonly #nameColumn: string | undefined
  readonly #match: RegExp | undefined
  readonly #objects: ReadonlyMap<string, SnmpObjectConfig>
  readonly #place: MetricPlace
  readonly #known = new Map<string, Known>()

  /** `objects`: those of the columns that are read at the interval of the place. */
  constructor({ name, match }: SnmpTableConfig, objects: ReadonlyMap<string, SnmpObjectConfig>, place: MetricPlace) {
    this.#nameColumn = name === undefined ? undefined : plainOid(name)
    this.#match = match === undefined ? undefined : new RegExp(match)
    this.#objects = new Map([...objects].map(([oid, object]) => [plainOid(oid), object]))
    this.#place = place
    const names = this.#nameColumn === undefined ? [] : [this.#nameColumn]
    this.columns = [...new Set([...names, ...this.#objects.keys()])]
  }

  /** What a reading of the columns says of each metric; metrics of rows that are new are made. */
  readings(rows: Rows): Reading[] {
    for (const known of this.#known.values()) known.absent += 1
    const readings: Reading[] = []
    for (const row of this.#wanted(rows)) {
      for (const [column, object] of this.#objects) {
        const cell = rows.get(row.index)?.get(column)
        if (cell !== undefined) readings.push({ metric: this.#metric(object, column, row), cell })
      }
    }
    return readings
  }

  /** Metrics that were there earlier and not in the last reading. */
  absent(): ObjectMetric[] {
    return [...this.#known.values()].filter(({ absent }) => absent > 0).map(({ metric }) => metric)
  }

  /** Drops the metrics of rows that have long been gone, and tells their names. */
  forgotten(): string[] {
    const gone = [...this.#known].filter(([, { absent }]) => absent > FORGET_AFTER)
    for (const [key] of gone) this.#known.delete(key)
    return gone.map(([, { metric }]) => metric.name)
  }

  /** The host has begun to count anew. */
  reset(): void {
    for (const { metric } of this.#known.values()) metric.value.reset()
  }

  #metric(object: SnmpObjectConfig, column: string, row: Row): ObjectMetric {
    // A row that gets another name becomes another metric; one that gets another index stays what it is.
    const key = `${column} ${object.suffix.includes("{index}") ? row.index : ""} ${row.name}`
    const known = this.#known.get(key)
    if (known !== undefined) {
      known.absent = 0
      return known.metric
    }
    const metric = metricOf(object, this.#place, row)
    this.#known.set(key, { metric, absent: 0 })
    return metric
  }

  /** The rows that are wanted; of those with the same name all but the first have their index behind it. */
  *#wanted(rows: Rows): Generator<Row> {
    const taken = new Set<string>()
    for (const [index, row] of rows) {
      const text = this.#text(index, row)
      if (text === undefined || this.#match?.test(text) === false) continue
      const part = namePart(text) || namePart(index)
      const name = taken.has(part) ? `${part}_${namePart(index)}` : part
      taken.add(name)
      yield { index, name, text }
    }
  }

  #text(index: string, row: ReadonlyMap<string, Cell>): string | undefined {
    if (this.#nameColumn === undefined) return index
    const cell = row.get(this.#nameColumn)
    return cell === undefined ? undefined : String(contentOf(cell.varbind)).replaceAll("\0", "").trim()
  }
}

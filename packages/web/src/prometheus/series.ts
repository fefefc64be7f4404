/** The label that carries the name of a metric. */
export const nameLabel = "__name__"

export type Labels = Readonly<Record<string, string>>

/** A series of a result: a value for each step of the query where `present` is 1. NaN is a value like any other. */
export interface Series {
  readonly labels: Labels
  readonly values: Float64Array
  readonly present: Uint8Array
}

/** The steps of a query: one for an instant, else `startMs`, `startMs + stepMs`, … */
export interface Steps {
  readonly startMs: number
  readonly stepMs: number
  readonly count: number
  /** A single moment, not a span of steps. */
  readonly isInstant: boolean
}

export const timeOf = ({ startMs, stepMs }: Steps, step: number): number => startMs + step * stepMs

/** A series with nothing in it yet. */
export function newSeries(labels: Labels, count: number): Series {
  return { labels, values: new Float64Array(count), present: new Uint8Array(count) }
}

export function put(series: Series, step: number, value: number): void {
  series.values[step] = value
  series.present[step] = 1
}

export const isEmpty = ({ present }: Series): boolean => !present.includes(1)

/** What is equal for equal labels, whatever their order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}

/** Only these. */
export function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])))
}

/** All but these. */
export function without(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
}

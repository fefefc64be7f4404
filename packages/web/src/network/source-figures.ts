import type { CatalogueEntry } from "./catalogue.js"

/** What a source declares in all. */
export interface SourceFigures {
  /** Metrics, hidden and archived ones included. */
  readonly metrics: number
  /** Points a second of those that declare a rate. */
  readonly rate: number
}

const known = new WeakMap<readonly CatalogueEntry[], ReadonlyMap<string, SourceFigures>>()

/** The figures of each source. Lists of a catalogue do not change, so each is looked through once. */
export function sourceFigures(list: readonly CatalogueEntry[]): ReadonlyMap<string, SourceFigures> {
  const before = known.get(list)
  if (before !== undefined) return before
  const figures = new Map<string, { metrics: number; rate: number }>()
  for (const { metadata } of list) {
    const { source, rate } = metadata
    if (typeof source !== "string") continue
    const own = figures.get(source) ?? { metrics: 0, rate: 0 }
    own.metrics += 1
    if (typeof rate === "number" && rate > 0 && Number.isFinite(rate) && metadata.archived === undefined)
      own.rate += rate
    figures.set(source, own)
  }
  known.set(list, figures)
  return figures
}

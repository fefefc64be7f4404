import type { CatalogueEntry } from "../network/catalogue.js"
import { MetricTrack } from "./metric-track.js"
import type { SurveyPage } from "./survey.js"

/** What is remembered of all metrics that a database stores. About 700 bytes for each. */
export class MetricTracks {
  readonly #tracks = new Map<string, MetricTrack>()
  /** Metrics told of in this sweep. */
  #seen = new Set<string>()

  get size(): number {
    return this.#tracks.size
  }

  get(metric: string): MetricTrack | undefined {
    return this.#tracks.get(metric)
  }

  begin(): void {
    this.#seen = new Set()
  }

  /** Take a page of database number `database`. Of a metric in several databases the newest point counts. */
  take({ nowMs, points }: SurveyPage, database: number, unitOf: (metric: string) => CatalogueEntry | undefined): void {
    for (const [name, point] of points) {
      const track = this.#tracks.get(name)
      const isFirst = !this.#seen.has(name)
      this.#seen.add(name)
      if (track === undefined) this.#tracks.set(name, new MetricTrack(point, nowMs, database))
      else if (isFirst) track.look(point, nowMs, database)
      else if (point.timeMs > track.point.timeMs) track.correct(point, nowMs, database)
      const entry = unitOf(name)
      if (entry) this.#tracks.get(name)?.noteUnit(entry.metadata.unit, nowMs)
    }
  }

  /** Forget what no database has told of; called after a sweep in which all have answered. */
  forgetOthers(): void {
    for (const name of this.#tracks.keys()) if (!this.#seen.has(name)) this.#tracks.delete(name)
  }
}

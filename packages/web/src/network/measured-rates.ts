import type { SurveyPage } from "../health/survey.js"
import { lowerBound } from "./binding-matches.js"
import { mapBounded } from "./bounded.js"
import { measuredRate } from "./measured-rate.js"
import type { GroupedMetrics } from "./metric-groups.js"

/** Points a second of each of some metrics, by their position; NaN where nobody has measured. */
export type Rates = Float32Array

/** What is known of the metrics of a network at a time. */
export interface Measured {
  /** Another one whenever something may have changed. */
  readonly revision: number
  /** What this database takes; undefined if it does not tell. */
  of(database: string): Rates | undefined
  /** What comes at all: the most that any database takes. */
  readonly any: Rates | undefined
}

/** The metrics that are measured: their names in order, and what they declare. */
type Subject = Pick<GroupedMetrics, "names" | "rates">

/** Databases are asked again at most this often, and so many at a time. */
const FRESH_MS = 15_000
const AT_ONCE = 2
/** Pages of a database that are read: a million metrics. */
const MOST_PAGES = 1000

/**
 * How many points of which metric databases really take. They are asked in the background, and only while somebody wants to know: what is given
 * is that of the time before. Nothing is subscribed; a database answers from its memory.
 */
export class MeasuredRates {
  readonly #survey: (database: string) => AsyncIterable<SurveyPage>
  readonly #nowMs: () => number
  #subject: Subject = { names: [], rates: new Float64Array() }
  #byDatabase: ReadonlyMap<string, Rates> = new Map()
  #any: Rates | undefined
  #revision = 0
  #sweep: Promise<void> | undefined
  #sweptMs = Number.NEGATIVE_INFINITY

  constructor(survey: (database: string) => AsyncIterable<SurveyPage>, nowMs: () => number = () => performance.now()) {
    this.#survey = survey
    this.#nowMs = nowMs
  }

  /** What is known of these metrics now. Asks the databases anew if that was long ago, and does not wait for it. */
  get(databases: readonly string[], subject: Subject): Measured {
    if (subject !== this.#subject) this.#follow(subject)
    if (this.#sweep === undefined && this.#nowMs() - this.#sweptMs >= FRESH_MS) {
      this.#sweep = this.#ask(databases, subject).finally(() => {
        this.#sweep = undefined
        this.#sweptMs = this.#nowMs()
      })
    }
    const byDatabase = this.#byDatabase
    return { revision: this.#revision, of: (database) => byDatabase.get(database), any: this.#any }
  }

  /** Resolves when no database is being asked any more. */
  async settled(): Promise<void> {
    await this.#sweep
  }

  async #ask(databases: readonly string[], subject: Subject): Promise<void> {
    const found = await mapBounded(databases, AT_ONCE, (database) => this.#askOne(database, subject))
    const told = databases.flatMap((database, i) => (found[i] ? [[database, found[i]] as const] : []))
    this.#take(new Map(told), subject)
  }

  /** undefined if it tells of no metric that is known. */
  async #askOne(database: string, { names, rates: declared }: Subject): Promise<Rates | undefined> {
    const before = this.#subject.names === names ? this.#byDatabase.get(database) : undefined
    const rates = before?.slice() ?? new Float32Array(names.length).fill(Number.NaN)
    let isTold = before !== undefined
    let pages = 0
    try {
      for await (const { nowMs, points } of this.#survey(database)) {
        for (const [name, point] of points) {
          const at = lowerBound(names, name)
          if (names[at] !== name) continue
          const rate = measuredRate(point, nowMs, declared[at]!)
          // Just after a checkpoint nothing is in memory: what was before still holds.
          if (!Number.isNaN(rate)) rates[at] = rate
          isTold = true
        }
        if (++pages >= MOST_PAGES) break
      }
    } catch {
      // One that is away, knows no surveys, or tells something else: nothing is measured of it.
      return undefined
    }
    return isTold ? rates : undefined
  }

  #take(byDatabase: ReadonlyMap<string, Rates>, { names }: Subject): void {
    const isSame = names === this.#subject.names
    this.#byDatabase = isSame ? byDatabase : carried(byDatabase, names, this.#subject.names)
    this.#any = most([...this.#byDatabase.values()])
    this.#revision++
  }

  /** Metrics have come or gone: what is known of the others stays. */
  #follow(subject: Subject): void {
    const before = this.#subject
    this.#subject = subject
    if (this.#byDatabase.size > 0) this.#take(this.#byDatabase, before)
    else this.#any = undefined
  }
}

function carried(rates: ReadonlyMap<string, Rates>, from: readonly string[], to: readonly string[]) {
  return new Map([...rates].map(([database, own]) => [database, carriedOne(own, from, to)]))
}

/** A walk over both ordered lists. */
function carriedOne(rates: Rates, from: readonly string[], to: readonly string[]): Rates {
  const next = new Float32Array(to.length).fill(Number.NaN)
  let at = 0
  for (const [i, name] of to.entries()) {
    while (at < from.length && from[at]! < name) at++
    if (from[at] === name) next[i] = rates[at]!
  }
  return next
}

function most([first, ...others]: readonly Rates[]): Rates | undefined {
  if (first === undefined || others.length === 0) return first
  const rates = first.slice()
  for (const other of others) {
    for (let i = 0; i < rates.length; i++) {
      if (other[i]! > rates[i]! || Number.isNaN(rates[i]!)) rates[i] = other[i]!
    }
  }
  return rates
}

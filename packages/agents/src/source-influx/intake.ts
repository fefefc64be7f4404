import { FailureLog, type JsonObject, type Logger, Timestamp } from "@metricq/client"
import type { ArrivingMetric, ArrivingSettings } from "../kit/push/arriving-metric.js"
import type { ArrivingMetrics } from "../kit/push/arriving-metrics.js"
import { arrivingSettings } from "../kit/push/push-config.js"
import type { LineParser } from "./line-parser.js"
import { parseSeries, type Series, unescapeName } from "./line-series.js"
import type { Precision } from "./precision.js"
import type { Rules } from "./rules.js"

/** Series and fields that are remembered, and characters of their names; of more, all are looked at anew. */
const MAX_KNOWN = 200_000
const MAX_CHARACTERS = 16 * 1024 * 1024
const MAX_DESCRIPTION = 300

/** Where the values of a field go: nowhere, if it is not wanted. */
type Route = { readonly metric: ArrivingMetric; readonly scale: number; readonly offset: number } | "skip"

/** A series that has come, and where its fields go. */
interface Known {
  /** Or what is wrong with it. */
  readonly series: Series | string
  readonly fields: Map<string, Route>
}

/** Takes the lines of all listeners, and sends their numbers. */
export class Intake {
  /** Who owns the metrics. */
  static readonly owner = "lines"
  readonly #rules: Rules
  readonly #metrics: ArrivingMetrics
  readonly #failures: FailureLog
  readonly #known = new Map<string, Known>()
  #remembered = 0
  #characters = 0
  /** Which series made a metric. */
  readonly #madeBy = new WeakMap<ArrivingMetric, string>()
  #lastText = ""
  #lastPrecision: Precision | undefined
  #lastTime: Timestamp | undefined
  readonly #counts = { lines: 0, values: 0, badLines: 0, texts: 0, skipped: 0, clashes: 0 }

  constructor(rules: Rules, metrics: ArrivingMetrics, logger: Logger) {
    this.#rules = rules
    this.#metrics = metrics
    this.#failures = new FailureLog(logger)
  }

  /** How much came, and what of it was not taken. */
  get counts(): JsonObject {
    return { ...this.#counts }
  }

  /** A line that is wrong. */
  problem(): void {
    this.#counts.badLines += 1
  }

  /**
   * Sends the numbers of the line that the parser has read; `arrival` is the time of lines without one.
   *
   * @returns what is wrong with the line, if anything is
   */
  take(parser: LineParser, precision: Precision, arrival: Timestamp): string | undefined {
    const known = this.#of(parser.series)
    if (typeof known.series === "string") return `unable to parse '${parser.series.slice(0, 100)}': ${known.series}`
    const time = parser.time === "" ? arrival : this.#time(parser.time, precision)
    if (time === undefined) return `unable to parse '${parser.series.slice(0, 100)}': time outside range`
    this.#counts.lines += 1
    this.#counts.texts += parser.skippedFields
    for (let i = 0; i < parser.fieldCount; i += 1) {
      const name = parser.names[i] ?? ""
      const route = known.fields.get(name) ?? this.#route(parser.series, known.series, known.fields, name)
      if (route === undefined) continue
      if (route === "skip") {
        this.#counts.skipped += 1
        continue
      }
      route.metric.send(time, (parser.values[i] ?? 0) * route.scale + route.offset)
      this.#counts.values += 1
    }
    return undefined
  }

  #of(raw: string): Known {
    let known = this.#known.get(raw)
    if (known === undefined) {
      known = { series: parseSeries(raw), fields: new Map() }
      this.#remember(raw)
      this.#known.set(raw, known)
    }
    return known
  }

  #remember(name: string): void {
    if (this.#remembered >= MAX_KNOWN || this.#characters >= MAX_CHARACTERS) {
      this.#known.clear()
      this.#remembered = 0
      this.#characters = 0
    }
    this.#remembered += 1
    this.#characters += name.length
  }

  /** `undefined` if there are too many metrics, or the name cannot be: this may change, or is told each time. */
  #route(raw: string, series: Series, fields: Map<string, Route>, rawField: string): Route | undefined {
    const field = unescapeName(rawField)
    const treatment = this.#rules.of(series, field)
    let route: Route | undefined = "skip"
    if (treatment !== undefined) {
      const { name, scale, offset, config, fill } = treatment
      const describe = () => withDescription(arrivingSettings(config, fill), series, field)
      const metric = this.#metricOf(name, describe)
      if (metric !== undefined) this.#checkClash(metric, raw + rawField)
      route = metric && { metric, scale, offset }
    }
    if (route !== undefined) {
      this.#remember(rawField)
      fields.set(rawField, route)
    }
    return route
  }

  #metricOf(name: string, describe: Parameters<ArrivingMetrics["of"]>[2]): ArrivingMetric | undefined {
    try {
      return this.#metrics.of(name, Intake.owner, describe)
    } catch (error) {
      this.#counts.skipped += 1
      this.#failures.add("a field", error)
      return undefined
    }
  }

  /** Two series in one metric: their values would mix. */
  #checkClash(metric: ArrivingMetric, maker: string): void {
    const first = this.#madeBy.get(metric)
    if (first === undefined) this.#madeBy.set(metric, maker)
    if (first === undefined || first === maker) return
    this.#counts.clashes += 1
    this.#failures.add(metric.name, `several series go by this name: put {tags}, or the tag they differ in, into it`)
  }

  /** The lines of a batch mostly have the same time. `undefined` if it is out of range. */
  #time(text: string, precision: Precision): Timestamp | undefined {
    if (text === this.#lastText && precision === this.#lastPrecision) return this.#lastTime
    const ns = BigInt(text) * precision.ns
    this.#lastText = text
    this.#lastPrecision = precision
    this.#lastTime = BigInt.asIntN(64, ns) === ns ? Timestamp.fromNs(ns) : undefined
    return this.#lastTime
  }
}

/** Says which series it is, unless the configuration describes it. */
function withDescription(settings: ArrivingSettings, { measurement, tags }: Series, field: string): ArrivingSettings {
  const description = `${field} of ${[measurement, ...[...tags].map((tag) => tag.join("="))].join(", ")}`
  const metadata = { description: description.slice(0, MAX_DESCRIPTION), ...settings.metadata }
  return { ...settings, metadata }
}

import { checkMetricName, DataError } from "@metricq/client"
import { NamePattern } from "../configuration/name-pattern.js"
import type { ImportSettings } from "./import-settings.js"

/** Which metrics are imported, and under which names. */
export class MetricNames {
  readonly #select: readonly NamePattern[] | undefined
  readonly #exclude: readonly NamePattern[]
  readonly #strip: string
  readonly #prefix: string

  /** @throws {DataError} `pattern` */
  constructor({ select, exclude = [], strip = "", prefix = "" }: ImportSettings) {
    this.#select = select?.map((text) => new NamePattern(text))
    this.#exclude = exclude.map((text) => new NamePattern(text))
    this.#strip = strip
    this.#prefix = prefix
  }

  /** Whether a metric of that name in what is read is wanted. */
  selects(name: string): boolean {
    const matches = (patterns: readonly NamePattern[]): boolean => patterns.some((each) => each.matches(name))
    return (this.#select === undefined || matches(this.#select)) && !matches(this.#exclude)
  }

  /**
   * The name that a metric has in the store.
   *
   * @throws {DataError} `metric-name` if it cannot be one
   */
  rename(name: string): string {
    const rest = name.startsWith(this.#strip) ? name.slice(this.#strip.length) : name
    const renamed = this.#prefix + rest
    if (rest === "") throw new DataError("metric-name", `nothing is left of the name ${JSON.stringify(name)}`)
    checkMetricName(renamed)
    return renamed
  }
}

import { aggregateLabel, aggregatesOf } from "./aggregate-label.js"
import type { Expression, Selector } from "./expression.js"
import type { Limits } from "./limits.js"
import { notAnswered } from "./query-error.js"
import { metricsOf } from "./select.js"
import type { Steps } from "./series.js"
import type { MetricInfo, ReadKind, SeriesSource } from "./series-source.js"

/** What a function reads of a range. */
type RangeDetail = "aggregates" | "counter" | "course" | "points"

/** A selector of a query, what it means, and what has to be read for it. */
export interface PlannedRead {
  /** The place in the expression. */
  readonly expression: Extract<Expression, { kind: "selector" | "range" }>
  readonly metrics: readonly MetricInfo[]
  /** Series of each metric: names of aggregates, or "" for the mean without the label. */
  readonly aggregates: readonly string[]
  /** How far a window reaches back from its step; of an instant selector each metric has its own. */
  readonly windowMs: number | undefined
  /** Aggregates fit into this. */
  readonly cellMs: number
  /** How much more is read before the first window: the change over its first row is that since the row before. */
  readonly leadMs: number
  readonly what: ReadKind
}

const details: Readonly<Record<string, RangeDetail>> = {
  ...{ rate: "counter", increase: "counter", delta: "course", deriv: "course", predict_linear: "course" },
  ...{ last_over_time: "points", first_over_time: "points", stddev_over_time: "points", stdvar_over_time: "points" },
  ...{ quantile_over_time: "points", changes: "points", resets: "points", irate: "points", idelta: "points" },
}

/** Rows that a window is made of, at the least, where the course of values within it matters. */
const rowsOfCourse = 16
/** The same at an instant, which has no steps that would align them. */
const rowsOfInstant = 32

/**
 * What has to be read for an expression whose types are right.
 *
 * @throws {QueryError} `execution` where a limit is exceeded; as `metricsOf`
 */
export function planReads(expression: Expression, steps: Steps, source: SeriesSource, limits: Limits): PlannedRead[] {
  const reads: PlannedRead[] = []
  const visit = (node: Expression, detail: RangeDetail): void => {
    if ((node.kind === "selector" || node.kind === "range") && reads.length >= limits.selectors) {
      notAnswered(`a query has at most ${limits.selectors} selectors`)
    }
    if (node.kind === "selector") reads.push(planSelector(node, steps, source, limits))
    if (node.kind === "range") reads.push(planRange(node, detail, steps, source, limits))
    for (const child of childrenOf(node)) {
      visit(child, node.kind === "call" ? (details[node.name] ?? "aggregates") : "aggregates")
    }
  }
  visit(expression, "aggregates")
  return reads
}

function childrenOf(node: Expression): readonly Expression[] {
  if (node.kind === "negate") return [node.operand]
  if (node.kind === "binary") return [node.left, node.right]
  if (node.kind === "call") return node.args
  if (node.kind !== "aggregate") return []
  return node.parameter === undefined ? [node.operand] : [node.parameter, node.operand]
}

function planSelector(
  expression: Extract<Expression, { kind: "selector" }>,
  steps: Steps,
  source: SeriesSource,
  limits: Limits,
): PlannedRead {
  const { selector } = expression
  const aggregates = aggregatesOf(selector)
  const metrics = limited(metricsOf(source, selector), aggregates.length, steps, limits)
  const windowMs = steps.isInstant ? undefined : steps.stepMs
  const cellMs = cellOf(selector, steps, windowMs, "aggregates", limits)
  return { expression, metrics, aggregates, windowMs, cellMs, leadMs: 0, what: "aggregates" }
}

function planRange(
  expression: Extract<Expression, { kind: "range" }>,
  detail: RangeDetail,
  steps: Steps,
  source: SeriesSource,
  limits: Limits,
): PlannedRead {
  const { selector, rangeMs: windowMs } = expression
  const aggregates = aggregatesOf(selector).filter((name) => name === "" || name === "avg")
  if (aggregates.length !== 1) {
    notAnswered(`a range has no ${aggregateLabel}: ask for it with max_over_time, min_over_time or count_over_time`)
  }
  const metrics = limited(metricsOf(source, selector), 1, steps, limits)
  const what = detail === "points" ? "points" : "aggregates"
  const cellMs = cellOf(selector, steps, windowMs, detail, limits)
  const leadMs = detail === "counter" || detail === "course" ? cellMs : 0
  return { expression, metrics, aggregates, windowMs, cellMs, leadMs, what }
}

/** The longest interval that fills windows without a rest, or a shorter one where more detail is needed. */
function cellOf(
  { offsetMs }: Selector,
  steps: Steps,
  windowMs: number | undefined,
  detail: RangeDetail,
  limits: Limits,
): number {
  if (windowMs === undefined) return Number.POSITIVE_INFINITY
  const { startMs, stepMs, count, isInstant } = steps
  const course = detail === "course" ? windowMs / rowsOfCourse : windowMs
  if (isInstant) return detail === "aggregates" ? windowMs : Math.max(1, windowMs / rowsOfInstant)
  const aligned = [stepMs, windowMs, Math.abs(startMs - offsetMs)].reduce(greatestCommonDivisor)
  const spanMs = stepMs * (count - 1) + windowMs
  return Math.max(1, Math.min(aligned, course), spanMs / limits.rows)
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}

function limited(
  metrics: readonly MetricInfo[],
  seriesEach: number,
  steps: Steps,
  limits: Limits,
): readonly MetricInfo[] {
  const series = metrics.length * seriesEach
  if (series > limits.series) {
    notAnswered(`a selector means ${series} series, more than ${limits.series}: name fewer in it`)
  }
  if (series * steps.count > limits.samples) {
    const text = `a selector means ${series} series of ${steps.count} steps, more than ${limits.samples} values`
    notAnswered(`${text}: name fewer series, or ask for a longer step`)
  }
  return metrics
}

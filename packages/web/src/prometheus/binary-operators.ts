import { arithmetic } from "./arithmetic.js"
import type { BinaryOperator, Expression, Matching } from "./expression.js"
import { notAnswered } from "./query-error.js"
import { keyOf, type Labels, nameLabel, newSeries, pick, put, type Series, without } from "./series.js"
import { describe, distinct, mapSeries } from "./series-operations.js"

type Binary = Extract<Expression, { kind: "binary" }>
type Operand =
  | { type: "scalar"; values: Float64Array }
  | { type: "string" }
  | { type: "vector"; series: readonly Series[] }

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
}

export const isComparison = (op: BinaryOperator): boolean => op in comparisons

/** 1 where the comparison holds, else 0. */
export function compareScalars(op: BinaryOperator): (a: number, b: number) => number {
  const holds = comparisons[op]!
  return (a, b) => (holds(a, b) ? 1 : 0)
}

/**
 * A vector and a number, or two vectors of which each series has at most one on the other side.
 *
 * @throws {QueryError} `execution` where a series belongs to several
 */
export function binary(
  expression: Binary,
  left: Operand,
  right: Operand,
  { note }: { note(text: string): void },
): Series[] {
  const { op, matching } = expression
  if (left.type === "vector" && right.type === "vector") {
    if (op === "and" || op === "or" || op === "unless") return combineSets(op, matching, left.series, right.series)
    const result = combinePairs(expression, left.series, right.series)
    if (result.matched === 0 && left.series.length > 0 && right.series.length > 0)
      note(nothingMatches(op, left.series[0]!, right.series[0]!, matching))
    return distinct(result.series, op)
  }
  const calculate = calculationOf(expression)
  if (left.type === "vector" && right.type === "scalar") {
    return left.series.map((series) =>
      mapSeries(series, series.labels, (value, i) => calculate(value, right.values[i]!, value)),
    )
  }
  if (left.type !== "scalar" || right.type !== "vector") throw new TypeError("strings are in no arithmetic")
  return right.series.map((series) =>
    mapSeries(series, series.labels, (value, i) => calculate(left.values[i]!, value, value)),
  )
}

/** `kept` is what a comparison that holds gives: the value of the vector, or of the left one of two. */
function calculationOf({ op, bool }: Binary): (a: number, b: number, kept: number) => number | undefined {
  const holds = comparisons[op]
  if (holds === undefined) return arithmetic(op)
  if (bool) return (a, b) => (holds(a, b) ? 1 : 0)
  return (a, b, kept) => (holds(a, b) ? kept : undefined)
}

const matchLabels = (labels: Labels, { on, labels: names }: Matching): Labels =>
  on ? pick(labels, names) : without(labels, [nameLabel, ...names])

/** The labels of a pair: those that matched. The name of the left one stays where a comparison only lets its values through. */
function pairLabels({ op, bool, matching }: Binary, labels: Labels): Labels {
  const isKept = isComparison(op) && !bool && !matching.on
  return isKept ? without(labels, matching.labels) : matchLabels(labels, matching)
}

function combinePairs(expression: Binary, left: readonly Series[], right: readonly Series[]) {
  const calculate = calculationOf(expression)
  const partners = groupBy(right, expression.matching)
  const series: Series[] = []
  let matched = 0
  for (const [key, ones] of groupBy(left, expression.matching)) {
    const others = partners.get(key)
    if (others === undefined) continue
    matched++
    const [one, other] = [single(ones, "left", expression), single(others, "right", expression)]
    const labels = pairLabels(expression, one.labels)
    series.push(
      mapSeries(one, labels, (value, i) =>
        other.present[i] === 1 ? calculate(value, other.values[i]!, value) : undefined,
      ),
    )
  }
  return { series, matched }
}

function groupBy(series: readonly Series[], matching: Matching): Map<string, Series[]> {
  const groups = new Map<string, Series[]>()
  for (const one of series) {
    const key = keyOf(matchLabels(one.labels, matching))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}

function single([first, second, ...others]: readonly Series[], side: string, { op, matching }: Binary): Series {
  if (second === undefined) return first!
  const nameOf = ({ labels }: Series) => labels[nameLabel] ?? describe(labels)
  const names = `${nameOf(first!)}, ${nameOf(second)}${others.length > 0 ? ", …" : ""}`
  const labels = describe(matchLabels(first!.labels, matching))
  return notAnswered(
    `${op} needs pairs of series, but ${others.length + 2} on the ${side} have the labels ${labels}: ${names}; ` +
      `name one, put sum(…) around them, or match by on(${nameLabel})`,
  )
}

function combineSets(
  op: "and" | "or" | "unless",
  matching: Matching,
  left: readonly Series[],
  right: readonly Series[],
): Series[] {
  const partners = groupBy(op === "or" ? left : right, matching)
  const isThere = (labels: Labels, step: number) =>
    partners.get(keyOf(matchLabels(labels, matching)))?.some(({ present }) => present[step] === 1) === true
  if (op === "or") {
    const added = right.map((series) => filtered(series, (step) => !isThere(series.labels, step)))
    return distinct([...left, ...added], op)
  }
  return left.map((series) => filtered(series, (step) => isThere(series.labels, step) === (op === "and")))
}

function filtered(series: Series, keep: (step: number) => boolean): Series {
  const result = newSeries(series.labels, series.values.length)
  for (let step = 0; step < series.values.length; step++) {
    if (series.present[step] === 1 && keep(step)) put(result, step, series.values[step]!)
  }
  return result
}

function nothingMatches(op: string, left: Series, right: Series, matching: Matching): string {
  const [a, b] = [matchLabels(left.labels, matching), matchLabels(right.labels, matching)]
  const labels = `${describe(a)}, ${describe(b)}`
  return `no series left of ${op} has the labels of one on the right (${labels}): say with on() or ignoring(…) which count`
}

import { aggregateOver } from "./aggregate-operators.js"
import { arithmetic } from "./arithmetic.js"
import { binary, compareScalars, isComparison } from "./binary-operators.js"
import type { Expression } from "./expression.js"
import type { FetchedData } from "./fetch-series.js"
import { callFunction } from "./functions.js"
import { overRange } from "./range-functions.js"
import { selectSeries } from "./select-series.js"
import type { Series, Steps } from "./series.js"
import { mapSeries } from "./series-operations.js"

/** What an expression is over all steps. */
export type Value =
  | { type: "scalar"; values: Float64Array }
  | { type: "string"; value: string }
  | { type: "vector"; series: readonly Series[] }

/** What an evaluation works on. */
export interface Evaluation {
  readonly steps: Steps
  readonly data: FetchedData
  /** How far back a value counts as that of now, where a query says so. */
  readonly lookbackMs: number | undefined
  /** Takes what a person should know about the result. */
  note(text: string): void
}

/**
 * The value of an expression at each step, of data that has been read. The expression has been checked by `typeOf`, and is no range.
 *
 * @throws {QueryError} `execution` where series cannot be told apart
 */
export function evaluate(expression: Expression, evaluation: Evaluation): Value {
  switch (expression.kind) {
    case "number":
      return { type: "scalar", values: new Float64Array(evaluation.steps.count).fill(expression.value) }
    case "string":
      return { type: "string", value: expression.value }
    case "selector":
      return { type: "vector", series: selectSeries(expression, evaluation) }
    case "negate":
      return negated(evaluate(expression.operand, evaluation))
    case "binary":
      return evaluateBinary(expression, evaluation)
    case "aggregate":
      return evaluateAggregate(expression, evaluation)
    case "call":
      return evaluateCall(expression, evaluation)
    case "range":
      throw new TypeError("a range has no value of its own")
  }
}

/** @throws {TypeError} for another type, which `typeOf` would have refused */
export function scalarOf(value: Value): Float64Array {
  if (value.type !== "scalar") throw new TypeError(`a ${value.type} is no scalar`)
  return value.values
}

/** @throws {TypeError} for another type, which `typeOf` would have refused */
export function vectorOf(value: Value): readonly Series[] {
  if (value.type !== "vector") throw new TypeError(`a ${value.type} is no vector`)
  return value.series
}

function negated(value: Value): Value {
  if (value.type === "scalar") return { type: "scalar", values: value.values.map((number) => -number) }
  return {
    type: "vector",
    series: vectorOf(value).map((series) => mapSeries(series, series.labels, (v) => -v)),
  }
}

function evaluateBinary(expression: Extract<Expression, { kind: "binary" }>, evaluation: Evaluation): Value {
  const left = evaluate(expression.left, evaluation)
  const right = evaluate(expression.right, evaluation)
  const { op } = expression
  if (left.type === "scalar" && right.type === "scalar") {
    const calculate = isComparison(op) ? compareScalars(op) : arithmetic(op)
    return { type: "scalar", values: left.values.map((value, i) => calculate(value, right.values[i]!)) }
  }
  return { type: "vector", series: binary(expression, left, right, evaluation) }
}

function evaluateAggregate(expression: Extract<Expression, { kind: "aggregate" }>, evaluation: Evaluation): Value {
  const { op, operand, parameter, grouping } = expression
  const series = vectorOf(evaluate(operand, evaluation))
  const numbers = parameter === undefined ? undefined : scalarOf(evaluate(parameter, evaluation))
  return { type: "vector", series: aggregateOver(op, series, grouping, numbers, evaluation.steps.count) }
}

function evaluateCall(expression: Extract<Expression, { kind: "call" }>, evaluation: Evaluation): Value {
  const range = expression.args.find((arg) => arg.kind === "range")
  const values = expression.args.filter((arg) => arg !== range).map((arg) => evaluate(arg, evaluation))
  if (range !== undefined) {
    const numbers = values.map(scalarOf)[0]
    return { type: "vector", series: overRange(expression.name, range, numbers, evaluation) }
  }
  return callFunction(expression, values, evaluation.steps)
}

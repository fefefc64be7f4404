import { type CombinatorExpression, partsOf } from "./combinator-tree.js"

/**
 * The value of an expression at one time, from the values that its metrics have then, as combinators compute it: `+`, `sum`, `min` and `max`
 * leave NaN out as long as there is a number; `-`, `*` and `/` pass it on; a division by zero is infinite or NaN. `throttle` is its input.
 *
 * undefined as long as a metric has no value, as a combinator then waits.
 */
export function combinatorValue(
  expression: CombinatorExpression,
  currentOf: (metric: string) => number | undefined,
): number | undefined {
  if (typeof expression === "number") return expression
  if (typeof expression === "string") return currentOf(expression)
  const values: number[] = []
  for (const part of partsOf(expression)) {
    const value = combinatorValue(part, currentOf)
    if (value === undefined) return undefined
    values.push(value)
  }
  return computed(expression.operation, values)
}

function computed(operation: string, values: readonly number[]): number {
  const [left = Number.NaN, right = Number.NaN] = values
  if (operation === "throttle") return left
  if (operation === "-") return left - right
  if (operation === "*") return left * right
  if (operation === "/") return left / right
  const numbers = values.filter((value) => !Number.isNaN(value))
  if (numbers.length === 0) return Number.NaN
  if (operation === "min") return Math.min(...numbers)
  if (operation === "max") return Math.max(...numbers)
  return numbers.reduce((sum, value) => sum + value, 0)
}

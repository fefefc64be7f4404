import type { CombinatorExpression } from "./combinator-tree.js"

/**
 * The unit of what an expression gives, where that is simple: sums, differences, extremes and limits of one unit keep it, as do products
 * with and quotients by a number; the quotient of two equal units is `1`. Everything else, and what has an input without a known unit, is
 * undefined.
 */
export function combinatorUnit(
  expression: CombinatorExpression,
  unitOf: (metric: string) => string | undefined,
): string | undefined {
  const unit = unitIn(expression, unitOf)
  return unit === NUMBER ? undefined : unit
}

/** A constant has no unit and takes that of what it stands with. */
const NUMBER = Symbol("number")
type Unit = string | typeof NUMBER | undefined

function unitIn(node: CombinatorExpression, unitOf: (metric: string) => string | undefined): Unit {
  if (typeof node === "number") return NUMBER
  if (typeof node === "string") return unitOf(node)
  if ("input" in node) return unitIn(node.input, unitOf)
  if ("inputs" in node) return common(node.inputs.map((input) => unitIn(input, unitOf)))
  const left = unitIn(node.left, unitOf)
  const right = unitIn(node.right, unitOf)
  if (node.operation === "+" || node.operation === "-") return common([left, right])
  if (node.operation === "*") return product(left, right)
  return quotient(left, right)
}

function common(units: readonly Unit[]): Unit {
  const named = units.filter((unit) => unit !== NUMBER)
  if (named.length === 0) return NUMBER
  return named.every((unit) => unit === named[0]) ? named[0] : undefined
}

function product(left: Unit, right: Unit): Unit {
  if (left === NUMBER || left === "1") return right === NUMBER ? left : right
  return right === NUMBER || right === "1" ? left : undefined
}

function quotient(left: Unit, right: Unit): Unit {
  if (right === NUMBER || right === "1") return left
  return left !== undefined && left !== NUMBER && left === right ? "1" : undefined
}

import { DataError } from "./errors.js"

/**
 * How a combined metric is computed: the name of a metric, a constant, or an operation, as it stands under `metrics.NAME.expression`
 * of a combinator's configuration.
 */
export type CombinatorExpression =
  | string
  | number
  | { operation: CombinatorOperator; left: CombinatorExpression; right: CombinatorExpression }
  | { operation: CombinatorFunction; inputs: CombinatorExpression[] }
  | { operation: "throttle"; cooldown_period: string; input: CombinatorExpression }

/** Operations of two inputs. */
export type CombinatorOperator = "+" | "-" | "*" | "/"
/** Operations of one input or more. */
export type CombinatorFunction = "min" | "max" | "sum"

/** How deep operations may be nested; deeper ones could not be computed either. */
export const MAX_EXPRESSION_DEPTH = 200

const operators: readonly unknown[] = ["+", "-", "*", "/"]
const functions: readonly unknown[] = ["min", "max", "sum"]

/**
 * Take a JSON value for an expression. It is checked and given back as it is.
 *
 * @throws {DataError} `combinator-expression` with the path of what is wrong: an unknown operation or key, a missing input, an empty name,
 *   a number that is not finite, more than 200 levels
 */
export function readCombinatorExpression(value: unknown): CombinatorExpression {
  check(value, "expression", 1)
  return value as CombinatorExpression
}

/** Names of the metrics an expression is computed from, each once, in the order of the text. */
export function combinatorInputs(expression: CombinatorExpression): string[] {
  const names = new Set<string>()
  const walk = (node: CombinatorExpression): void => {
    if (typeof node === "string") names.add(node)
    else if (typeof node !== "number") for (const part of partsOf(node)) walk(part)
  }
  walk(expression)
  return [...names]
}

/** The expressions an operation is made of, from left to right. */
export function partsOf(node: Exclude<CombinatorExpression, string | number>): readonly CombinatorExpression[] {
  if ("left" in node) return [node.left, node.right]
  return "inputs" in node ? node.inputs : [node.input]
}

function check(value: unknown, path: string, depth: number): void {
  if (depth > MAX_EXPRESSION_DEPTH) throw wrong(path, `there are more than ${MAX_EXPRESSION_DEPTH} levels`)
  if (typeof value === "string" && value !== "") return
  if (typeof value === "number" && Number.isFinite(value)) return
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(path, "expected the name of a metric, a number or an operation")
  checkOperation(value as Record<string, unknown>, path, depth)
}

function checkOperation(node: Record<string, unknown>, path: string, depth: number): void {
  const { operation } = node
  if (operators.includes(operation)) {
    checkKeys(node, path, ["left", "right"])
    check(node.left, `${path}.left`, depth + 1)
    check(node.right, `${path}.right`, depth + 1)
  } else if (functions.includes(operation)) {
    checkKeys(node, path, ["inputs"])
    if (!Array.isArray(node.inputs) || node.inputs.length === 0)
      throw wrong(`${path}.inputs`, "expected a list of one input or more")
    node.inputs.forEach((input, i) => {
      check(input, `${path}.inputs[${i}]`, depth + 1)
    })
  } else if (operation === "throttle") {
    checkKeys(node, path, ["cooldown_period", "input"])
    if (typeof node.cooldown_period !== "string")
      throw wrong(`${path}.cooldown_period`, 'expected a duration such as "5s"')
    check(node.input, `${path}.input`, depth + 1)
  } else {
    throw wrong(`${path}.operation`, "expected one of + - * / min max sum throttle")
  }
}

/** A key that is not known may mean something; a text could not hold it. */
function checkKeys(node: Record<string, unknown>, path: string, known: readonly string[]): void {
  const odd = Object.keys(node).find((key) => key !== "operation" && !known.includes(key))
  if (odd !== undefined) throw wrong(path, `the key ${JSON.stringify(odd)} is not known`)
}

function wrong(path: string, problem: string): DataError {
  return new DataError("combinator-expression", `${path}: ${problem}`)
}

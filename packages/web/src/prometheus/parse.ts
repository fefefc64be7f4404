import type { BinaryOperator, Expression, Grouping, Matching, Selector } from "./expression.js"
import { parseNumber, parseString } from "./literals.js"
import { labelOf, selectorOf } from "./parse-selector.js"
import { notAnswered, refuse } from "./query-error.js"
import { childOf, childrenOf, type Place, parseTree, textOf } from "./syntax-tree.js"

/**
 * The expression that a query of PromQL is.
 *
 * What Prometheus understands and we do not answer (subqueries, `@`, `group_left`) is refused by its name.
 *
 * @throws {QueryError} `bad_data` for what is no PromQL, with the place; `execution` for what is not answered
 */
export function parseQuery(text: string): Expression {
  return expressionOf(parseTree(text))
}

/** The selector of a `match[]`. @throws {QueryError} `bad_data` if it is none */
export function parseSelector(text: string): Selector {
  const place = parseTree(text)
  if (place.node.name !== "VectorSelector") refuse(`${text} selects no series; write {"a.b"} or {unit="W"}`)
  return selectorOf(place)
}

function expressionOf(place: Place): Expression {
  const parse = parsers[place.node.name]
  return parse === undefined ? notAnswered(`${textOf(place)} is not answered here`) : parse(place)
}

const parsers: Readonly<Record<string, (place: Place) => Expression>> = {
  NumberDurationLiteral: (place) => ({ kind: "number", value: parseNumber(textOf(place)) }),
  StringLiteral: (place) => ({ kind: "string", value: parseString(textOf(place)) }),
  ParenExpr: (place) => expressionOf(childrenOf(place)[0]!),
  VectorSelector: (place) => ({ kind: "selector", selector: selectorOf(place) }),
  MatrixSelector: rangeOf,
  OffsetExpr: offsetOf,
  UnaryExpr: (place) => {
    const [sign, operand] = childrenOf(place)
    const expression = expressionOf(operand!)
    return textOf(sign!) === "-" ? { kind: "negate", operand: expression } : expression
  },
  BinaryExpr: binaryOf,
  FunctionCall: (place) => ({
    kind: "call",
    name: textOf(childOf(place, "FunctionIdentifier")!),
    args: childrenOf(childOf(place, "FunctionCallBody")!).map(expressionOf),
  }),
  AggregateExpr: aggregateOf,
  SubqueryExpr: (place) =>
    notAnswered(`${textOf(place)}: subqueries are not answered here; ranges of a selector are: {"a.b"}[5m]`),
  StepInvariantExpr: (place) => notAnswered(`${textOf(place)}: @ is not answered here; offset is`),
}

function rangeOf(place: Place): Expression {
  const [selected, duration] = childrenOf(place)
  const inner = expressionOf(selected!)
  if (inner.kind !== "selector") refuse(`${textOf(place)}: only a selector can have a range`)
  const rangeMs = durationOf(duration!)
  if (!(rangeMs > 0)) refuse(`${textOf(place)}: a range is longer than nothing`)
  return { kind: "range", selector: inner.selector, rangeMs }
}

function offsetOf(place: Place): Expression {
  const [selected, duration] = childrenOf(place).filter(({ node }) => node.name !== "Offset")
  const inner = expressionOf(selected!)
  if (inner.kind !== "selector" && inner.kind !== "range") {
    refuse(`${textOf(place)}: only a selector or a range can have an offset`)
  }
  return { ...inner, selector: { ...inner.selector, offsetMs: inner.selector.offsetMs + durationOf(duration!) } }
}

/** Milliseconds, whole ones. */
function durationOf(place: Place): number {
  const [first, second] = childrenOf(place)
  if (first === undefined) {
    const ms = Math.round(parseNumber(textOf(place)) * 1000)
    return Number.isSafeInteger(ms) ? ms : refuse(`${textOf(place)} is no duration`)
  }
  if (first.node.name === "UnaryOp") return (textOf(first) === "-" ? -1 : 1) * durationOf(second!)
  const isPlain = second === undefined && /Literal|DurationExpr/.test(first.node.name)
  return isPlain ? durationOf(first) : notAnswered(`${textOf(place)}: durations are written out here, such as 5m`)
}

function binaryOf(place: Place): Expression {
  const [left, operator, ...rest] = childrenOf(place)
  const right = rest.at(-1)!
  const op = textOf(operator!).toLowerCase() as BinaryOperator
  const fill = rest.find(({ node }) => node.name === "FillModifier")
  if (fill !== undefined) notAnswered(`${textOf(fill)} is not answered here`)
  if (op.length === 2 && op.includes("/")) notAnswered(`${op} is about histograms, of which there are none here`)
  const expression = {
    kind: "binary" as const,
    op,
    right: expressionOf(right),
    bool: rest.some(({ node }) => node.name === "BoolModifier"),
    matching: matchingOf(rest.find(({ node }) => node.name === "MatchingModifierClause")),
  }
  // The grammar takes the sign for a part of the number; to Prometheus -2^2 is -4.
  if (op === "^" && left!.node.name === "NumberDurationLiteral" && textOf(left!).startsWith("-")) {
    const positive = { kind: "number" as const, value: parseNumber(textOf(left!).slice(1)) }
    return { kind: "negate", operand: { ...expression, left: positive } }
  }
  return { ...expression, left: expressionOf(left!) }
}

function matchingOf(clause: Place | undefined): Matching {
  if (clause === undefined) return { on: false, labels: [] }
  const group = childOf(clause, "GroupLeft", "GroupRight")
  if (group !== undefined)
    notAnswered(`${textOf(group)} is not answered here: a series belongs to one of the other side`)
  return { on: childOf(clause, "On") !== undefined, labels: labelsOf(clause) }
}

function labelsOf(place: Place): string[] {
  const labels = childOf(place, "GroupingLabels")
  return labels === undefined ? [] : childrenOf(labels).map(labelOf)
}

function aggregateOf(place: Place): Expression {
  const modifier = childOf(place, "AggregateModifier")
  const args = childrenOf(childOf(place, "FunctionCallBody")!).map(expressionOf)
  const op = textOf(childOf(place, "AggregateOp")!).toLowerCase()
  if (args.length === 0 || args.length > 2)
    refuse(`${textOf(place)}: ${op} takes a vector, and some a number before it`)
  const grouping: Grouping =
    modifier === undefined
      ? { without: false, labels: [] }
      : { without: childOf(modifier, "Without") !== undefined, labels: labelsOf(modifier) }
  return { kind: "aggregate", op, operand: args.at(-1)!, parameter: args.length > 1 ? args[0] : undefined, grouping }
}

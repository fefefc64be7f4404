import type { Expression, ExpressionType } from "./expression.js"
import { notAnswered, refuse } from "./query-error.js"

interface Signature {
  args: readonly ExpressionType[]
  /** How many of the last may be left out. */
  optional?: number
  /** The last may be repeated. */
  variadic?: boolean
  result: ExpressionType
}

const of = (result: ExpressionType, ...args: ExpressionType[]): Signature => ({ args, result })
const all = (names: string, signature: Signature) =>
  Object.fromEntries(names.split(" ").map((name) => [name, signature]))

const signatures: Readonly<Record<string, Signature>> = {
  ...all("abs ceil floor sgn sqrt exp ln log2 log10 deg rad", of("vector", "vector")),
  ...all("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh", of("vector", "vector")),
  ...all("sort sort_desc absent", of("vector", "vector")),
  ...all("minute hour day_of_week day_of_month day_of_year days_in_month month year", {
    ...of("vector", "vector"),
    optional: 1,
  }),
  ...all("time pi", of("scalar")),
  scalar: of("scalar", "vector"),
  vector: of("vector", "scalar"),
  round: { ...of("vector", "vector", "scalar"), optional: 1 },
  clamp: of("vector", "vector", "scalar", "scalar"),
  ...all("clamp_min clamp_max", of("vector", "vector", "scalar")),
  label_replace: of("vector", "vector", "string", "string", "string", "string"),
  label_join: { ...of("vector", "vector", "string", "string", "string"), variadic: true },
  ...all("avg_over_time min_over_time max_over_time sum_over_time count_over_time", of("vector", "range")),
  ...all("present_over_time absent_over_time rate increase delta deriv", of("vector", "range")),
  ...all("last_over_time first_over_time stddev_over_time stdvar_over_time", of("vector", "range")),
  ...all("changes resets irate idelta", of("vector", "range")),
  quantile_over_time: of("vector", "scalar", "range"),
  predict_linear: of("vector", "range", "scalar"),
}

const operators: Readonly<Record<string, ExpressionType | undefined>> = {
  ...all("sum avg min max count group stddev stdvar", of("vector")),
  ...{ topk: "scalar", bottomk: "scalar", quantile: "scalar" },
} as Record<string, ExpressionType | undefined>

const setOperators = ["and", "or", "unless"]
const comparisons = ["==", "!=", ">", "<", ">=", "<="]

/**
 * What an expression evaluates to; everything in it is checked.
 *
 * @throws {QueryError} `execution` for functions that are not answered here; `bad_data` for arguments that do not fit
 */
export function typeOf(expression: Expression): ExpressionType {
  switch (expression.kind) {
    case "number":
      return "scalar"
    case "string":
      return "string"
    case "selector":
      return "vector"
    case "range":
      return "range"
    case "negate":
      return numeric(expression.operand, "-")
    case "binary":
      return typeOfBinary(expression)
    case "aggregate":
      return typeOfAggregate(expression)
    case "call":
      return typeOfCall(expression)
  }
}

function numeric(expression: Expression, user: string): ExpressionType {
  const type = typeOf(expression)
  if (type === "range") refuse(`${user} cannot take a range: put a function such as avg_over_time(…) around it`)
  return type === "string" ? refuse(`${user} cannot take a string`) : type
}

function typeOfBinary({ op, left, right, bool, matching }: Extract<Expression, { kind: "binary" }>): ExpressionType {
  const types = [numeric(left, op), numeric(right, op)]
  const areScalars = types.every((type) => type === "scalar")
  if (setOperators.includes(op) && types.includes("scalar")) refuse(`${op} stands between vectors, not numbers`)
  if (bool && !comparisons.includes(op)) refuse(`bool goes with comparisons, not with ${op}`)
  if (areScalars && comparisons.includes(op) && !bool) refuse(`numbers are compared with bool: 1 ${op} bool 2`)
  if (types.includes("scalar") && (matching.on || matching.labels.length > 0)) {
    refuse("on and ignoring stand between vectors, not numbers")
  }
  return areScalars ? "scalar" : "vector"
}

function typeOfAggregate({ op, operand, parameter }: Extract<Expression, { kind: "aggregate" }>): ExpressionType {
  if (!(op in operators)) notAnswered(`${op} is not answered here; ${Object.keys(operators).join(", ")} are`)
  const takesParameter = operators[op] === "scalar"
  if (takesParameter !== (parameter !== undefined)) {
    refuse(takesParameter ? `${op} takes a number and a vector: ${op}(3, …)` : `${op} takes a vector and nothing else`)
  }
  if (parameter !== undefined) expect(op, parameter, "scalar")
  expect(op, operand, "vector")
  return "vector"
}

function typeOfCall({ name, args }: Extract<Expression, { kind: "call" }>): ExpressionType {
  const signature = Object.hasOwn(signatures, name) ? signatures[name]! : undefined
  if (signature === undefined) return notAnswered(`the function ${name} is not answered here`)
  const { args: types, optional = 0, variadic = false, result } = signature
  if (args.length < types.length - optional || (args.length > types.length && !variadic)) {
    refuse(`${name} takes ${types.length === 0 ? "nothing" : types.join(", ")}, not ${args.length} arguments`)
  }
  for (const [i, arg] of args.entries()) expect(name, arg, types[Math.min(i, types.length - 1)]!)
  return result
}

function expect(user: string, expression: Expression, wanted: ExpressionType): void {
  const type = typeOf(expression)
  if (type === wanted) return
  const hint = wanted === "range" ? `, such as ${user}({"a.b"}[5m])` : ""
  refuse(`${user} takes a ${wanted} here, not a ${type}${hint}`)
}

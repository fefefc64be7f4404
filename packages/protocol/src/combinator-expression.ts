import { type FormulaToken, formulaTokens, isBareName } from "./combinator-tokens.js"
import {
  type CombinatorExpression,
  type CombinatorFunction,
  type CombinatorOperator,
  MAX_EXPRESSION_DEPTH,
} from "./combinator-tree.js"
import { parseDuration } from "./duration-text.js"
import { FormulaError } from "./formula-error.js"

/** Longest formula that is read, in characters. */
const MAX_FORMULA = 100_000

const binding: Readonly<Record<CombinatorOperator, number>> = { "+": 1, "-": 1, "*": 2, "/": 2 }

/**
 * Read a formula such as `(hall.it + hall.cooling) / hall.it`, `max(a.power, "b-2/power", 0)` or `throttle(a.power, 5s)`.
 *
 * `*` and `/` bind closer than `+` and `-`, and all group from the left. Names stand bare if their components are letters, digits and `_`;
 * others in double quotes, with `\` before a quote or backslash. A minus sign directly before a number belongs to it; there is no other
 * sign. Space has no meaning.
 *
 * @throws {FormulaError} with the characters it is about
 */
export function parseFormula(text: string): CombinatorExpression {
  if (text.length > MAX_FORMULA) {
    throw new FormulaError("length", `the formula has more than ${MAX_FORMULA} characters`, MAX_FORMULA, text.length)
  }
  return new FormulaParser(formulaTokens(text)).parse()
}

/**
 * An expression as a formula that {@link parseFormula} reads as the same expression, with no more parentheses than it needs.
 * The expression must be one, see `readCombinatorExpression`.
 */
export function printFormula(expression: CombinatorExpression): string {
  return printed(expression, 0)
}

function printed(node: CombinatorExpression, outer: number): string {
  if (typeof node === "number") return Object.is(node, -0) ? "-0" : String(node)
  if (typeof node === "string") return isBareName(node) ? node : quotedText(node)
  if ("left" in node) {
    const own = binding[node.operation]
    // On the right, the same binding needs parentheses: a - (b - c).
    const text = `${printed(node.left, own)} ${node.operation} ${printed(node.right, own + 1)}`
    return own < outer ? `(${text})` : text
  }
  if ("inputs" in node) return `${node.operation}(${node.inputs.map((input) => printed(input, 0)).join(", ")})`
  return `throttle(${printed(node.input, 0)}, ${printedDuration(node.cooldown_period)})`
}

/** Bare where it is read back as the same text; what is no duration is kept, in quotes. */
function printedDuration(text: string): string {
  try {
    const [token] = formulaTokens(text)
    if (token?.kind !== "duration" || token.text !== text) return quotedText(text)
    parseDuration(text)
    return text
  } catch {
    return quotedText(text)
  }
}

function quotedText(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`
}

/** Operator precedence, after Pratt. */
class FormulaParser {
  readonly #tokens: readonly FormulaToken[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly FormulaToken[]) {
    this.#tokens = tokens
  }

  parse(): CombinatorExpression {
    const whole = this.#expression(0)
    const rest = this.#token
    if (rest.kind === "end") return whole
    if (rest.text === ")" && rest.kind === "sign") throw problem("closing", "nothing is open that this closes", rest)
    throw problem("operator", "an operator is expected: + - * /", rest)
  }

  get #token(): FormulaToken {
    return this.#tokens[this.#at]!
  }

  #take(): FormulaToken {
    const token = this.#token
    if (token.kind !== "end") this.#at++
    return token
  }

  #isSign(text: string): boolean {
    return this.#token.kind === "sign" && this.#token.text === text
  }

  /** What binds closer than `outer`. */
  #expression(outer: number): CombinatorExpression {
    if (++this.#depth > MAX_EXPRESSION_DEPTH) throw problem("depth", "it is nested too deep", this.#token)
    let left = this.#operand()
    let levels = 0
    for (let own = this.#operator(); own !== undefined && own.binding > outer; own = this.#operator()) {
      if (this.#depth + ++levels > MAX_EXPRESSION_DEPTH) throw problem("depth", "it is nested too deep", this.#token)
      this.#take()
      left = { operation: own.operation, left, right: this.#expression(own.binding) }
    }
    this.#depth--
    return left
  }

  #operator(): { operation: CombinatorOperator; binding: number } | undefined {
    const { kind, text } = this.#token
    if (kind !== "sign" || !Object.hasOwn(binding, text)) return undefined
    const operation = text as CombinatorOperator
    return { operation, binding: binding[operation] }
  }

  #operand(): CombinatorExpression {
    const token = this.#take()
    if (token.kind === "number") return Number(token.text)
    if (token.kind === "quoted") return this.#named(token)
    if (token.kind === "name") return this.#isSign("(") ? this.#call(token) : this.#named(token)
    if (token.kind === "sign" && token.text === "(") {
      const inner = this.#expression(0)
      this.#close(token)
      return inner
    }
    if (token.kind === "sign" && token.text === "-") return this.#negative(token)
    if (token.kind === "duration") throw problem("value", "a duration stands only in throttle(…, 5s)", token)
    throw problem("value", "a metric, a number or a parenthesis is expected", token)
  }

  #named(token: FormulaToken): string {
    if (token.text === "") throw problem("value", "the name is empty", token)
    return token.text
  }

  #negative(minus: FormulaToken): number {
    const number = this.#token
    if (number.kind !== "number") throw problem("minus", "there is no minus but between two: write 0 - …", minus)
    this.#take()
    return -Number(number.text)
  }

  #call(name: FormulaToken): CombinatorExpression {
    const open = this.#take()
    if (name.text === "throttle") return this.#throttle(open)
    if (!["min", "max", "sum"].includes(name.text)) {
      throw problem("function", `there is no function ${name.text}: there are min, max, sum and throttle`, name)
    }
    if (this.#isSign(")")) throw problem("arguments", `${name.text}() needs one input or more`, this.#token)
    const inputs = [this.#expression(0)]
    while (this.#isSign(",")) {
      this.#take()
      inputs.push(this.#expression(0))
    }
    this.#close(open)
    return { operation: name.text as CombinatorFunction, inputs }
  }

  #throttle(open: FormulaToken): CombinatorExpression {
    const input = this.#expression(0)
    if (!this.#isSign(","))
      throw problem("arguments", "throttle takes an input and a duration: throttle(a, 5s)", this.#token)
    this.#take()
    const duration = this.#take()
    if (duration.kind !== "duration" && duration.kind !== "quoted")
      throw problem("duration", "a duration such as 5s is expected", duration)
    checkDuration(duration)
    this.#close(open)
    return { operation: "throttle", cooldown_period: duration.text, input }
  }

  #close(open: FormulaToken): void {
    if (this.#isSign(")")) this.#take()
    else if (this.#token.kind === "end") throw problem("closing", "this parenthesis is not closed", open)
    else throw problem("operator", "an operator, a comma or ) is expected", this.#token)
  }
}

/** What an existing document has in quotes is kept; what is written bare must be one. */
function checkDuration(token: FormulaToken): void {
  if (token.kind === "quoted") return
  try {
    parseDuration(token.text)
  } catch (error) {
    throw problem("duration", (error as Error).message, token)
  }
}

function problem(kind: FormulaError["problem"], message: string, { from, to }: FormulaToken): FormulaError {
  return new FormulaError(kind, message, from, to)
}

import { createContext, Script } from "node:vm"
import { patternToRegExp } from "@metricq/client"

/** A name is at most 255 bytes long: an expression that needs longer for one goes round in circles. */
const TIMEOUT_MS = 200
/** After so many names that took too long the expression is not tried any more. */
const PATIENCE = 3

const script = new Script("expression.test(name)")

/**
 * A regular expression from outside, `/…/`, that is stopped when it takes too long for a name: it does not match then, and after the third such
 * name not any other either.
 */
export class BoundedRegExp {
  readonly #context: Record<string, unknown>
  #failures = 0

  /** @throws {DataError} `pattern` if it is none */
  constructor(pattern: string) {
    this.#context = { expression: patternToRegExp(pattern), name: "" }
    createContext(this.#context)
  }

  /** It was stopped for some name. */
  get isSlow(): boolean {
    return this.#failures > 0
  }

  /** Whether the expression is found in `name`. About 0.1 ms. */
  test(name: string): boolean {
    if (this.#failures >= PATIENCE) return false
    this.#context.name = name
    try {
      return script.runInContext(this.#context, { timeout: TIMEOUT_MS }) === true
    } catch {
      this.#failures += 1
      return false
    }
  }
}

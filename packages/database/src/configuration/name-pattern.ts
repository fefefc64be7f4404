import { globToBinding, patternToRegExp } from "@metricq/client"
import { BoundedRegExp } from "./bounded-reg-exp.js"

/** A pattern for names of metrics: a glob, or a regular expression between slashes. */
export class NamePattern {
  readonly text: string
  readonly #expression: RegExp | BoundedRegExp

  /** @throws {DataError} `pattern` if it is none */
  constructor(text: string) {
    this.text = text
    this.#expression = isRegExp(text) ? new BoundedRegExp(text) : patternToRegExp(text)
  }

  /** The key by which an exchange delivers all names that match; others may come with them. */
  get binding(): string {
    return globToBinding(this.text) ?? "#"
  }

  /** It took too long for some name, which it does not match then. */
  get isSlow(): boolean {
    return this.#expression instanceof BoundedRegExp && this.#expression.isSlow
  }

  matches(name: string): boolean {
    return this.#expression.test(name)
  }
}

function isRegExp(text: string): boolean {
  return text.length >= 2 && text.startsWith("/") && text.endsWith("/")
}

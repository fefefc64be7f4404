/** Base of all errors of this project. `code` is stable and safe to switch on; `message` is for people. */
export class MetricqError extends Error {
  /** Stable kebab-case name of what went wrong. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** The input is wrong: bytes, text, a name or a number that cannot be what it should be. Fix the input. */
export class DataError extends MetricqError {}

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

/** Times that must strictly increase do not. */
export class NonMonotonicTimestamps extends DataError {}

/** A history response whose parts contradict each other, so that it is neither values nor aggregates. */
export class InvalidHistoryResponse extends DataError {}

/** Text from outside as it may stand in an error message: quoted, escaped and cut to 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

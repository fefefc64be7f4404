import { DataError } from "@metricq/client"

/** An answer, parsed at most once for each form, however many metrics are read from it. */
export class Answer {
  readonly text: string
  readonly #parsed = new Map<(text: string) => unknown, unknown>()

  constructor(text: string) {
    this.text = text
  }

  /** What `parse` makes of the text. Throws what it throws, each time. */
  as<T>(parse: (text: string) => T): T {
    if (!this.#parsed.has(parse)) this.#parsed.set(parse, parse(this.text))
    return this.#parsed.get(parse) as T
  }

  /** @throws {DataError} `no-value` unless the text is JSON */
  get json(): unknown {
    return this.as(parseJson)
  }
}

/** Reads one number from answers; throws {@link DataError} `no-value` if there is none. */
export type ReadValue = (answer: Answer) => number

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError("no-value", `the answer is no JSON: ${JSON.stringify(text.slice(0, 80))}`, { cause })
  }
}

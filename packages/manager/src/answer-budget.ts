import { RequestError } from "./request-error.js"

/** Largest answer in bytes. RabbitMQ 4 carries messages of at most 16 MiB; the rest is room for what surrounds the metrics. */
export const MAX_ANSWER_BYTES = 12 * 1024 * 1024

/** Counts what goes into an answer while it is put together, so that one that is too large is never made. */
export class AnswerBudget {
  readonly #remedy: string
  #left: number

  /** @param remedy how to ask for less, as the end of the sentence "…; " */
  constructor(remedy: string, bytes = MAX_ANSWER_BYTES) {
    this.#remedy = remedy
    this.#left = bytes
  }

  /** @throws {RequestError} when the answer has become too large */
  add(bytes: number): void {
    this.#left -= bytes
    if (this.#left < 0) throw new RequestError(`the answer would be larger than 12 MiB; ${this.#remedy}`)
  }

  /** Count a name in quotes and a comma. */
  addName(name: string): void {
    this.add(Buffer.byteLength(name) + 3)
  }
}

/** The way out for every function that takes `limit` and `after`. */
export const PAGE_REMEDY = 'ask for a part with "limit", and for the next with "after" = the last name of the answer'

import { WebError } from "../server/web-error.js"

/** Rows and points of one answer: about 150 MB of text. */
const mostRows = 4_000_000

/** Keeps one answer from filling the memory. */
export class Budget {
  #left = mostRows

  /** @throws {WebError} `too-large` if so many more rows are too many */
  take(rows: number): void {
    this.#left -= rows
    if (this.#left < 0) throw new WebError("too-large", `the answer has more than ${mostRows} rows`, { status: 413 })
  }
}

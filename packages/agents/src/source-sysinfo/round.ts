import type { Files } from "./files.js"

/** A text and the moment it was read. */
export interface Text {
  readonly text: string
  /** Milliseconds of a monotonic clock with an arbitrary zero. */
  readonly atMs: number
}

/** One round of reading: every file is read at most once in it, however many groups want it. */
export class Round {
  readonly files: Files
  readonly #now: () => number
  readonly #texts = new Map<string, Promise<Text | undefined>>()

  /** `now` gives milliseconds of a monotonic clock. */
  constructor(files: Files, now: () => number = () => performance.now()) {
    this.files = files
    this.#now = now
  }

  /** The moment, in milliseconds of the monotonic clock. */
  now(): number {
    return this.#now()
  }

  /** The text of a file; `undefined` where it cannot be read. */
  text(path: string): Promise<Text | undefined> {
    let text = this.#texts.get(path)
    if (text === undefined) {
      text = this.#read(path)
      this.#texts.set(path, text)
    }
    return text
  }

  async #read(path: string): Promise<Text | undefined> {
    const text = await this.files.read(path)
    return text === undefined ? undefined : { text, atMs: this.now() }
  }
}

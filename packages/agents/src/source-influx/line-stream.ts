import type { LineParser } from "./line-parser.js"

/** What becomes of the lines. The parser holds what was found. */
export interface LineHandler {
  line(parser: LineParser, line: number): void
  problem(text: string, line: number): void
}

const NEWLINE = 0x0a
const EMPTY = Buffer.alloc(0)

/** Cuts a stream of bytes into lines, whatever pieces they come in. Holds one line at most. */
export class LineStream {
  readonly #parser: LineParser
  readonly #handler: LineHandler
  readonly #maxBytes: number
  #rest: Buffer = EMPTY
  #line = 0
  /** Inside a line that is too long. */
  #isSkipping = false

  /** `maxBytes`: of a line; of a longer one nothing is taken, and the problem told. */
  constructor(parser: LineParser, handler: LineHandler, maxBytes: number) {
    this.#parser = parser
    this.#handler = handler
    this.#maxBytes = maxBytes
  }

  /** The next bytes; not kept. */
  push(bytes: Buffer): void {
    if (this.#rest.length === 0) this.#take(bytes, false)
    // Without a line break nothing can have ended, so there is no need to look at the rest again.
    else if (bytes.includes(NEWLINE) || this.#rest.length + bytes.length > this.#maxBytes)
      this.#take(Buffer.concat([this.#rest, bytes]), false)
    else this.#rest = Buffer.concat([this.#rest, bytes])
  }

  /** Nothing comes any more: what there is is the last line. */
  end(): void {
    this.#take(this.#rest, true)
    this.#rest = EMPTY
  }

  #take(bytes: Buffer, isLast: boolean): void {
    let at = this.#isSkipping ? this.#skip(bytes, 0) : 0
    for (;;) {
      at = this.#takeLines(bytes, at, isLast)
      if (bytes.length - at <= this.#maxBytes) break
      this.#line += 1
      this.#tooLong()
      at = this.#skip(bytes, at)
    }
    this.#rest = at === bytes.length ? EMPTY : Buffer.from(bytes.subarray(at))
  }

  /** Where the first line begins that is not complete. */
  #takeLines(bytes: Buffer, from: number, isLast: boolean): number {
    let at = from
    while (at < bytes.length) {
      const kind = this.#parser.next(bytes, at, bytes.length, isLast)
      if (kind === "incomplete") break
      this.#line += 1
      if (this.#parser.position - at > this.#maxBytes + 2) this.#tooLong()
      else if (kind === "problem") this.#handler.problem(this.#parser.problem, this.#line)
      else if (kind === "line") this.#handler.line(this.#parser, this.#line)
      at = this.#parser.position
    }
    return at
  }

  /** Where the line after the one that is too long begins. */
  #skip(bytes: Buffer, from: number): number {
    const lineEnd = bytes.indexOf(NEWLINE, from)
    this.#isSkipping = lineEnd < 0
    return lineEnd < 0 ? bytes.length : lineEnd + 1
  }

  #tooLong(): void {
    this.#handler.problem(`a line has more than ${this.#maxBytes} bytes`, this.#line)
  }
}

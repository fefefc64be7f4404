import { parseNumber } from "./line-number.js"

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const TAB = 0x09
const QUOTE = 0x22
const HASH = 0x23
const COMMA = 0x2c
const EQUALS = 0x3d
const BACKSLASH = 0x5c

/** How much of a line a problem shows. */
const SHOWN = 100
/** Fields of a line that are taken. */
const MAX_FIELDS = 10_000

/** What {@link LineParser.next} found. */
export type LineKind = "line" | "problem" | "nothing" | "incomplete"

/**
 * Reads the line protocol of Influx from bytes, a line at a time, into fields of its own that the next line overwrites: a line
 * costs a text for its series, for each field's name and for its time, and nothing else.
 *
 *     measurement,tag=value,… field=1.5,field=2i,… 1700000000000000000
 *
 * Names are left as they stand, as keys to look up: bytes as Latin-1, with their backslashes; `parseSeries` and `unescapeName` read them.
 */
export class LineParser {
  /** Measurement and tags. */
  series = ""
  /** Fields that are numbers, or true and false. */
  fieldCount = 0
  readonly names: string[] = []
  readonly values: number[] = []
  /** Fields that are texts. */
  skippedFields = 0
  /** Digits with their sign; empty if the line has no time. */
  time = ""
  /** What is wrong with the line, in the words of Influx. */
  problem = ""
  /** Where the next line begins. */
  position = 0
  #buffer: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0

  /**
   * The line that begins at `from`, in the bytes up to `end`. `isLast`: nothing comes after these; otherwise a line without its
   * line break is `incomplete`, and should be given again with what follows. `nothing`: an empty line, or a comment.
   */
  next(buffer: Buffer, from: number, end: number, isLast: boolean): LineKind {
    this.#buffer = buffer
    this.#at = from
    this.#end = end
    const kind = this.#line(isLast)
    if (kind === "incomplete") return kind
    if (kind === "problem") {
      this.problem = `unable to parse '${this.#shown(from)}': ${this.problem}`
      const lineEnd = buffer.indexOf(NEWLINE, from)
      if ((lineEnd < 0 || lineEnd >= end) && !isLast) return "incomplete"
      this.position = lineEnd < 0 || lineEnd >= end ? end : lineEnd + 1
    }
    return kind
  }

  #line(isLast: boolean): LineKind {
    this.fieldCount = 0
    this.skippedFields = 0
    this.time = ""
    this.problem = ""
    const buffer = this.#buffer
    while (this.#at < this.#end && isBlank(buffer[this.#at])) this.#at += 1
    const first = this.#byte()
    if (first === HASH) return this.#comment(isLast)
    if (isEnd(first)) return this.#finish("nothing", isLast)
    if (!this.#seriesOf()) return this.#ended("missing fields", isLast)
    for (;;) {
      const kind = this.#field(isLast)
      if (kind !== "line") return kind
      if (this.#byte() !== COMMA) break
      this.#at += 1
    }
    return this.#timeOf(isLast)
  }

  /** Up to the first space without a backslash before it; false if the line ends before. */
  #seriesOf(): boolean {
    const begin = this.#at
    const buffer = this.#buffer
    for (let i = begin; i < this.#end; i += 1) {
      const byte = buffer[i]
      if (byte === NEWLINE) {
        this.#at = i
        return false
      }
      if (byte !== SPACE || buffer[i - 1] === BACKSLASH) continue
      this.series = buffer.toString("latin1", begin, i)
      this.#at = i
      this.#skipSpaces()
      return !isEnd(this.#byte())
    }
    this.#at = this.#end
    return false
  }

  #field(isLast: boolean): LineKind {
    const buffer = this.#buffer
    const begin = this.#at
    let i = begin
    for (; i < this.#end; i += 1) {
      const byte = buffer[i]
      if (byte === EQUALS && buffer[i - 1] !== BACKSLASH) break
      if (byte === NEWLINE || ((byte === SPACE || byte === COMMA) && buffer[i - 1] !== BACKSLASH)) {
        this.#at = i
        return this.#ended("missing field value", isLast)
      }
    }
    this.#at = i
    if (i >= this.#end) return this.#ended("missing field value", isLast)
    if (i === begin) return this.#fail("missing field key")
    this.#at = i + 1
    return this.#byte() === QUOTE ? this.#text(isLast) : this.#number(begin, i, isLast)
  }

  /** A text in quotes, which may hold line breaks. It is passed over. */
  #text(isLast: boolean): LineKind {
    const buffer = this.#buffer
    let i = this.#at + 1
    while (i < this.#end && buffer[i] !== QUOTE) i += buffer[i] === BACKSLASH ? 2 : 1
    if (i >= this.#end) return isLast ? this.#fail("unbalanced quotes") : "incomplete"
    this.#at = i + 1
    this.skippedFields += 1
    const next = this.#byte()
    return next === COMMA || isEnd(next) || isBlank(next) ? "line" : this.#fail("invalid field format")
  }

  #number(nameBegin: number, nameEnd: number, isLast: boolean): LineKind {
    const buffer = this.#buffer
    const begin = this.#at
    let i = begin
    for (; i < this.#end; i += 1) {
      const byte = buffer[i]
      if (byte === COMMA || byte === SPACE || byte === NEWLINE || byte === RETURN) break
    }
    this.#at = i
    if (i >= this.#end && !isLast) return "incomplete"
    if (i === begin) return this.#fail("missing field value")
    const value = parseNumber(buffer, begin, i)
    if (value === undefined) return this.#fail("invalid number")
    if (this.fieldCount >= MAX_FIELDS) return this.#fail("too many fields")
    this.names[this.fieldCount] = buffer.toString("latin1", nameBegin, nameEnd)
    this.values[this.fieldCount] = value
    this.fieldCount += 1
    return "line"
  }

  #timeOf(isLast: boolean): LineKind {
    this.#skipSpaces()
    const buffer = this.#buffer
    const begin = this.#at
    let i = begin
    if (buffer[i] === 0x2d && i < this.#end) i += 1
    while (i < this.#end && isDigit(buffer[i])) i += 1
    const hasDigits = i > begin && isDigit(buffer[i - 1])
    if (i > begin && !hasDigits) return this.#fail("bad timestamp")
    if (i - begin > 20) return this.#fail("time outside range")
    this.time = buffer.toString("latin1", begin, i)
    this.#at = i
    this.#skipSpaces()
    return isEnd(this.#byte()) ? this.#finish("line", isLast) : this.#fail("bad timestamp")
  }

  #comment(isLast: boolean): LineKind {
    const lineEnd = this.#buffer.indexOf(NEWLINE, this.#at)
    this.#at = lineEnd < 0 || lineEnd >= this.#end ? this.#end : lineEnd
    return this.#finish("nothing", isLast)
  }

  /** The line is over, if its break is there. */
  #finish(kind: "line" | "nothing", isLast: boolean): LineKind {
    const at = this.#byte() === RETURN ? this.#at + 1 : this.#at
    if (at >= this.#end && !isLast) return "incomplete"
    this.position = at < this.#end && this.#buffer[at] === NEWLINE ? at + 1 : at
    return kind
  }

  /** The line ends where it should not, unless more of it comes. */
  #ended(problem: string, isLast: boolean): LineKind {
    return this.#at >= this.#end && !isLast ? "incomplete" : this.#fail(problem)
  }

  #fail(problem: string): LineKind {
    this.problem = problem
    return "problem"
  }

  #skipSpaces(): void {
    while (this.#at < this.#end && isBlank(this.#buffer[this.#at])) this.#at += 1
  }

  #byte(): number | undefined {
    return this.#at < this.#end ? this.#buffer[this.#at] : undefined
  }

  #shown(from: number): string {
    const lineEnd = this.#buffer.indexOf(NEWLINE, from)
    const end = Math.min(lineEnd < 0 ? this.#end : lineEnd, this.#end, from + SHOWN)
    return this.#buffer.toString("utf8", from, end).trim()
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

function isEnd(byte: number | undefined): boolean {
  return byte === undefined || byte === NEWLINE || byte === RETURN
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/**
 * Read JSURL, the format of links of the dataheap charts: `~(cntr~(~'a.b~'c.d)~start~1~stop~2)`.
 *
 * @throws {SyntaxError} if the text is not whole JSURL; never deeper than 32 levels
 */
export function parseJsurl(text: string): unknown {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

const WORDS: Record<string, unknown> = { true: true, false: false, null: null }

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  end(): void {
    if (this.#at !== this.#text.length) this.#fail()
  }

  value(depth: number): unknown {
    this.#eat("~")
    const next = this.#text[this.#at]
    if (depth > 32) this.#fail()
    if (next === "(") return this.#text[this.#at + 1] === "~" ? this.#list(depth) : this.#object(depth)
    if (next === "'") {
      this.#at++
      return this.#string()
    }
    const word = this.#take(/[^)~]*/y)
    if (Object.hasOwn(WORDS, word)) return WORDS[word]
    if (word === "" || Number.isNaN(Number(word))) this.#fail()
    return Number(word)
  }

  #list(depth: number): unknown[] {
    this.#at++
    const list: unknown[] = []
    if (this.#text.startsWith("~)", this.#at)) this.#at++
    else while (this.#text[this.#at] === "~") list.push(this.value(depth + 1))
    this.#eat(")")
    return list
  }

  #object(depth: number): Record<string, unknown> {
    this.#at++
    const entries: [string, unknown][] = []
    while (this.#text[this.#at] !== ")") {
      if (entries.length > 0) this.#eat("~")
      const key = this.#string()
      entries.push([key, this.value(depth + 1)])
      if (this.#at >= this.#text.length) this.#fail()
    }
    this.#at++
    return Object.fromEntries(entries)
  }

  /** `*20` is a character of two hex digits, `**20ac` one of four, `!` a dollar. */
  #string(): string {
    const text = this.#take(/[^)~]*/y)
    return text.replace(/\*\*([0-9a-f]{4})|\*([0-9a-f]{2})|!/gi, (whole, four, two) =>
      whole === "!" ? "$" : String.fromCharCode(Number.parseInt(four ?? two, 16)),
    )
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#text)?.[0] ?? ""
    this.#at += text.length
    return text
  }

  #eat(character: string): void {
    if (this.#text[this.#at] !== character) this.#fail()
    this.#at++
  }

  #fail(): never {
    throw new SyntaxError(`not JSURL at ${this.#at}: ${this.#text.slice(0, 80)}`)
  }
}

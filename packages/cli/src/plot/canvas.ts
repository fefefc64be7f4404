/** How a cell of a plot is painted: nothing, part of the area between lowest and highest values, or part of a line. */
export type Layer = "empty" | "band" | "line"

/** One character of a plot. */
export interface Cell {
  readonly char: string
  readonly layer: Layer
  /** Which series it belongs to: that which was drawn last in the uppermost layer. */
  readonly series: number
}

/** What a plot is drawn on: `columns` by `rows` dots, of which a character holds several, the topmost row being 0. */
export interface Canvas {
  readonly columns: number
  readonly rows: number
  /** Fill a column of dots from row `top` down to row `bottom`, both included. Rows beyond the edges are left out. */
  fill(layer: "band" | "line", series: number, column: number, top: number, bottom: number): void
  /** The characters of a line of text. */
  line(row: number): Cell[]
}

/** Characters that a canvas can be made of. */
export type Charset = "braille" | "ascii"

/** A canvas of so many characters. `mono`: without colours, where the area is made of shades so that lines stand out from it. */
export function createCanvas(charset: Charset, width: number, height: number, mono: boolean): Canvas {
  return charset === "braille" ? new BrailleCanvas(width, height, mono) : new AsciiCanvas(width, height)
}

const EMPTY: Cell = { char: " ", layer: "empty", series: 0 }

/** Dots of a braille character, by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const
const BRAILLE = 0x2800

/** Two by four dots a character. */
class BrailleCanvas implements Canvas {
  readonly columns: number
  readonly rows: number
  readonly #width: number
  readonly #mono: boolean
  readonly #dots: Record<"band" | "line", Uint8Array>
  readonly #series: Record<"band" | "line", Uint16Array>

  constructor(width: number, height: number, mono: boolean) {
    this.#width = width
    this.columns = width * 2
    this.rows = height * 4
    this.#mono = mono
    this.#dots = { band: new Uint8Array(width * height), line: new Uint8Array(width * height) }
    this.#series = { band: new Uint16Array(width * height), line: new Uint16Array(width * height) }
  }

  fill(layer: "band" | "line", series: number, column: number, top: number, bottom: number): void {
    const dots = DOTS[(column % 2) as 0 | 1]
    for (let row = Math.max(0, top); row <= Math.min(this.rows - 1, bottom); row += 1) {
      const cell = Math.floor(row / 4) * this.#width + Math.floor(column / 2)
      this.#dots[layer][cell]! |= dots[(row % 4) as 0 | 1 | 2 | 3]
      this.#series[layer][cell] = series
    }
  }

  line(row: number): Cell[] {
    return Array.from({ length: this.#width }, (_, column) => this.#cell(row * this.#width + column))
  }

  /** A cell has one colour; where the line runs the area gives way to it. */
  #cell(at: number): Cell {
    const line = this.#dots.line[at] ?? 0
    if (line !== 0) return { char: braille(line), layer: "line", series: this.#series.line[at] ?? 0 }
    const band = this.#dots.band[at] ?? 0
    if (band === 0) return EMPTY
    const char = this.#mono ? (isSingle(band) ? " " : "░") : braille(band)
    return { char, layer: "band", series: this.#series.band[at] ?? 0 }
  }
}

function isSingle(dots: number): boolean {
  return (dots & (dots - 1)) === 0
}

function braille(dots: number): string {
  return String.fromCharCode(BRAILLE + dots)
}

/** Characters of which each stands for one of three dots above each other. */
const LINE = ["'", "-", "."]

/** One by three dots a character, for terminals that know nothing else. */
class AsciiCanvas implements Canvas {
  readonly columns: number
  readonly rows: number
  readonly #cells: Cell[][]

  constructor(width: number, height: number) {
    this.columns = width
    this.rows = height * 3
    this.#cells = Array.from({ length: height }, () => new Array<Cell>(width).fill(EMPTY))
  }

  fill(layer: "band" | "line", series: number, column: number, top: number, bottom: number): void {
    const [from, to] = [Math.max(0, top), Math.min(this.rows - 1, bottom)]
    for (let row = Math.floor(from / 3); row <= Math.floor(to / 3); row += 1) {
      const line = this.#cells[row]
      if (!line || line[column] === undefined) continue
      const [first, last] = [Math.max(from, row * 3) % 3, Math.min(to, row * 3 + 2) % 3]
      if (layer === "line") line[column] = { char: first === last ? (LINE[first] ?? "-") : "|", layer, series }
      else if (line[column].layer !== "line") line[column] = { char: ":", layer, series }
    }
  }

  line(row: number): Cell[] {
    return this.#cells[row] ?? []
  }
}

import { keysOf } from "./keys.js"

/** The terminal that a full-screen view draws on, as Node's standard streams have it. */
export interface Terminal {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
}

const ENTER = "\x1b[?1049h\x1b[?25l"
const LEAVE = "\x1b[?25h\x1b[?1049l"

/**
 * The whole terminal, lent to one view: alternate screen, no cursor, keys as they are pressed.
 *
 * `open()` takes the terminal and `close()` gives it back as it was; closing twice is harmless, and a process that ends without
 * closing still gives it back. Frames are written only where a line differs from the frame before.
 */
export class Screen {
  readonly #terminal: Terminal
  #shown: string[] = []
  #open = false
  #onText: (text: string) => void = () => {}
  #onResize: () => void = () => {}
  readonly #giveBack = (): void => this.close()

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** Columns of the terminal now. */
  get width(): number {
    return this.#terminal.output.columns || 80
  }

  /** Lines of the terminal now. */
  get height(): number {
    return this.#terminal.output.rows || 24
  }

  /** Take the terminal. `onKey` gets each key as {@link keysOf} names it, Ctrl-C too; `onResize` is called after the size changed. */
  open(onKey: (key: string) => void, onResize: () => void): void {
    const { input, output } = this.#terminal
    this.#open = true
    process.once("exit", this.#giveBack)
    output.write(ENTER)
    this.#onResize = () => {
      this.#shown = []
      onResize()
    }
    output.on("resize", this.#onResize)
    if (!input.isTTY) return
    input.setRawMode(true)
    input.setEncoding("utf8")
    this.#onText = (text) => keysOf(text).forEach(onKey)
    input.on("data", this.#onText)
    input.resume()
  }

  /** Show `lines` from the top; lines beyond the height are left out. They must fit the width and may hold colours. */
  draw(lines: readonly string[]): void {
    if (!this.#open) return
    const next = lines.slice(0, this.height)
    let out = this.#shown.length === 0 ? "\x1b[2J" : ""
    for (let row = 0; row < Math.max(next.length, this.#shown.length); row += 1) {
      const line = next[row] ?? ""
      if (line !== this.#shown[row]) out += `\x1b[${row + 1};1H${line}\x1b[0m\x1b[K`
    }
    if (out !== "") this.#terminal.output.write(out)
    this.#shown = next
  }

  /** Give the terminal back. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    process.removeListener("exit", this.#giveBack)
    const { input, output } = this.#terminal
    output.removeListener("resize", this.#onResize)
    if (input.isTTY) {
      input.setRawMode(false)
      input.removeListener("data", this.#onText)
      input.pause()
    }
    output.write(LEAVE)
  }
}

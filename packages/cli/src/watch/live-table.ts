import { type Columns, Timestamp } from "@metricq/protocol"
import { Interrupted } from "../errors.js"
import { colorsFor } from "../terminal/colors.js"
import { Screen, type Terminal } from "../terminal/screen.js"
import { Series } from "./series.js"
import { maxScroll, renderWatch, rowsThatFit, type WatchRow } from "./view.js"
import type { Watched } from "./watched.js"

const FRAME_MS = 250
/** How long something told stands in the status line. */
const TELL_MS = 10_000

/** Of a metric that has not sent anything yet. */
const NO_POINTS = new Series()

/** Lines that a key scrolls by, from the number of lines of a page. */
const STEPS: Readonly<Record<string, (page: number) => number>> = {
  up: () => -1,
  down: () => 1,
  "page-up": (page) => -page,
  "page-down": (page) => page,
  home: () => Number.NEGATIVE_INFINITY,
  end: () => Number.POSITIVE_INFINITY,
}

/** Values of many metrics on the whole terminal, redrawn four times a second. */
export class LiveTable {
  readonly #screen: Screen
  readonly #patterns: string
  readonly #colors: ReturnType<typeof colorsFor>
  readonly #series = new Map<string, Series>()
  #scroll = 0
  #told = ""
  #toldAt = 0

  constructor(terminal: Terminal, patterns: string) {
    this.#screen = new Screen(terminal)
    this.#patterns = patterns
    this.#colors = colorsFor(terminal.output)
  }

  /** Take points in. They are shown with the next frame. */
  add(metric: string, columns: Columns): void {
    let series = this.#series.get(metric)
    if (!series) {
      series = new Series()
      this.#series.set(metric, series)
    }
    series.add(columns)
  }

  /** Say something in the status line, for a while. */
  tell(text: string): void {
    this.#told = text
    this.#toldAt = performance.now()
  }

  /**
   * Take the terminal and show `watched` until `q` is pressed; the terminal is then as it was.
   *
   * @throws {Interrupted} for Ctrl-C, and whatever `signal` was aborted with
   */
  async show(watched: Watched, signal: AbortSignal): Promise<void> {
    const draw = (): void => this.#draw(watched)
    let timer: NodeJS.Timeout | undefined
    let onAbort = (): void => {}
    try {
      await new Promise<void>((resolve, reject) => {
        onAbort = () => reject(signal.reason)
        signal.addEventListener("abort", onAbort)
        const onKey = (key: string): void => {
          if (key === "q") resolve()
          else if (key === "ctrl-c") reject(new Interrupted("SIGINT"))
          else this.#move(key, watched.metrics.size, draw)
        }
        this.#screen.open(onKey, draw)
        timer = setInterval(draw, FRAME_MS)
        draw()
      })
    } finally {
      clearInterval(timer)
      signal.removeEventListener("abort", onAbort)
      this.#screen.close()
    }
  }

  #move(key: string, rows: number, draw: () => void): void {
    const step = STEPS[key]?.(rowsThatFit(this.#screen.height))
    if (step === undefined) return
    this.#scroll = Math.max(0, Math.min(maxScroll(rows, this.#screen.height), this.#scroll + step))
    draw()
  }

  #draw(watched: Watched): void {
    const { width, height } = this.#screen
    const rows = [...watched.metrics.keys()].sort().map((metric): WatchRow => {
      const { unit } = watched.metrics.get(metric) ?? {}
      return { metric, unit: typeof unit === "string" ? unit : "", series: this.#series.get(metric) ?? NO_POINTS }
    })
    const nowNs = Timestamp.now().posixNs
    const frame = {
      rows,
      scroll: this.#scroll,
      width,
      height,
      nowNs,
      status: this.#status(watched),
      colors: this.#colors,
    }
    this.#screen.draw(renderWatch(frame))
  }

  #status({ metrics, omitted }: Watched): string {
    if (this.#told !== "" && performance.now() - this.#toldAt < TELL_MS) return this.#told
    const count = `${metrics.size} metric${metrics.size === 1 ? "" : "s"}`
    const more = omitted > 0 ? `, ${omitted} more are left out` : ""
    return `${this.#patterns}  ${metrics.size === 0 ? "no metric matches yet" : count + more}`
  }
}

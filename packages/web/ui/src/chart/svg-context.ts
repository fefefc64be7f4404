import type { DrawContext } from "./draw-context.js"

/** How far below its line a text's baseline lies, in parts of the font's size: not every program knows the baselines of SVG. */
const DROP: Partial<Record<CanvasTextBaseline, number>> = { top: 0.8, middle: 0.35, bottom: -0.22 }
const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { center: "middle", right: "end" }
const MEMORY = ["fillStyle", "strokeStyle", "lineWidth", "font", "textAlign", "textBaseline", "globalAlpha"] as const

/** A canvas that writes an SVG instead. Rectangles of one colour that follow upon each other become one path. */
export class SvgContext implements DrawContext {
  fillStyle = "#000"
  strokeStyle = "#000"
  lineWidth = 1
  font = "10px sans-serif"
  textAlign: CanvasTextAlign = "left"
  textBaseline: CanvasTextBaseline = "alphabetic"
  globalAlpha = 1
  readonly #measure: (text: string, font: string) => number
  readonly #parts: string[] = []
  readonly #states: { look: Record<string, unknown>; groups: number }[] = []
  #groups = 0
  #clips = 0
  #path = ""
  /** Rectangles that are to be written together, and how they look. */
  #rects = ""
  #rectLook = ""

  /** `measure` tells how wide a text is in a font. */
  constructor(measure: (text: string, font: string) => number) {
    this.#measure = measure
  }

  /** The whole document, of this size in pixels. */
  document(width: number, height: number): string {
    this.#flush()
    const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`
    const end = "</g>".repeat(this.#groups)
    return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" ${size}>${this.#parts.join("")}${end}</svg>\n`
  }

  save(): void {
    const look = Object.fromEntries(MEMORY.map((key) => [key, this[key]]))
    this.#states.push({ look, groups: this.#groups })
  }

  restore(): void {
    const state = this.#states.pop()
    if (!state) return
    this.#flush()
    this.#parts.push("</g>".repeat(this.#groups - state.groups))
    this.#groups = state.groups
    Object.assign(this, state.look)
  }

  /** Move and enlarge what follows, until {@link restore}. */
  transform(x: number, y: number, scale: number): void {
    this.#flush()
    this.#parts.push(`<g transform="translate(${round(x)} ${round(y)})${scale === 1 ? "" : ` scale(${scale})`}">`)
    this.#groups++
  }

  beginPath(): void {
    this.#path = ""
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${round(x)} ${round(y)}`
  }

  lineTo(x: number, y: number): void {
    this.#path += `L${round(x)} ${round(y)}`
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path += rectangle(x, y, width, height)
  }

  roundRect(x: number, y: number, width: number, height: number, radius = 0): void {
    const r = round(radius)
    const corner = (dx: number, dy: number) => `a${r} ${r} 0 0 1 ${dx * r} ${dy * r}`
    this.#path += `M${round(x + r)} ${round(y)}h${round(width - 2 * r)}${corner(1, 1)}v${round(height - 2 * r)}${corner(-1, 1)}`
    this.#path += `h${round(2 * r - width)}${corner(-1, -1)}v${round(2 * r - height)}${corner(1, -1)}z`
  }

  clip(): void {
    this.#flush()
    const id = `c${++this.#clips}`
    this.#parts.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath><g clip-path="url(#${id})">`)
    this.#groups++
  }

  stroke(): void {
    this.#flush()
    if (this.#path === "") return
    const look = `fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${round(this.lineWidth)}"`
    this.#parts.push(`<path d="${this.#path}" ${look}${this.#opacity()}/>`)
  }

  fill(): void {
    this.#flush()
    if (this.#path !== "") this.#parts.push(`<path d="${this.#path}" ${this.#fillLook()}/>`)
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const look = this.#fillLook()
    if (look !== this.#rectLook) this.#flush()
    this.#rectLook = look
    this.#rects += rectangle(x, y, width, height)
  }

  fillText(text: string, x: number, y: number): void {
    this.#flush()
    const [, weight = "", size = "10", family = "sans-serif"] = /^(\S+ )?([\d.]+)px (.+)$/.exec(this.font) ?? []
    const baseline = y + Number(size) * (DROP[this.textBaseline] ?? 0)
    const anchor = ANCHORS[this.textAlign]
    const place = `x="${round(x)}" y="${round(baseline)}"${anchor ? ` text-anchor="${anchor}"` : ""}`
    // Attributes, not a style: where a page forbids inline styles the text looks the same.
    const font = `font-size="${size}" font-family="${escaped(family)}"${weight ? ` font-weight="${weight.trim()}"` : ""}`
    this.#parts.push(`<text ${place} ${font} ${this.#fillLook()}>${escaped(text)}</text>`)
  }

  measureText(text: string): TextMetrics {
    return { width: this.#measure(text, this.font) } as TextMetrics
  }

  #fillLook(): string {
    return `fill="${escaped(this.fillStyle)}"${this.#opacity()}`
  }

  #opacity(): string {
    return this.globalAlpha === 1 ? "" : ` opacity="${round(this.globalAlpha)}"`
  }

  #flush(): void {
    if (this.#rects !== "") this.#parts.push(`<path d="${this.#rects}" ${this.#rectLook}/>`)
    this.#rects = ""
    this.#rectLook = ""
  }
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
}

import type { Palette } from "../chart/axes.js"
import type { Chart } from "../chart/chart.js"
import type { DrawContext } from "../chart/draw-context.js"
import { SvgContext } from "../chart/svg-context.js"

/** A line of the legend below an exported picture. */
export interface LegendLine {
  colour: string
  name: string
  text: string
}

/** What stands around an exported chart. */
export interface PictureFrame {
  title: string
  legend: readonly LegendLine[]
  palette: Palette
}

const ROW = 20
const PAD = 12
const TOP = 30

/** The chart with a title above and a legend below, as PNG. `ratio` is device pixels a CSS pixel. */
export function pngOf(chart: HTMLCanvasElement, frame: PictureFrame, ratio: number): Promise<Blob> {
  const size = pictureSize({ width: chart.width / ratio, height: chart.height / ratio }, frame)
  const canvas = document.createElement("canvas")
  canvas.width = Math.round(size.width * ratio)
  canvas.height = Math.round(size.height * ratio)
  const context = canvas.getContext("2d")
  if (!context) return Promise.reject(new Error("this browser has no canvas"))
  context.scale(ratio, ratio)
  drawFrame(context, size, frame)
  context.drawImage(chart, PAD, TOP, chart.width / ratio, chart.height / ratio)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png")
  })
}

/** The same as SVG: everything in it is lines, areas and text. */
export function svgOf(chart: Pick<Chart, "drawOn" | "size">, frame: PictureFrame): Blob {
  const measuring = document.createElement("canvas").getContext("2d")
  const measure = (text: string, font: string) => {
    if (!measuring) return text.length * 6
    measuring.font = font
    return measuring.measureText(text).width
  }
  const size = pictureSize(chart.size, frame)
  const context = new SvgContext(measure)
  drawFrame(context, size, frame)
  context.save()
  context.transform(PAD, TOP, 1)
  chart.drawOn(context)
  context.restore()
  return new Blob([context.document(size.width, size.height)], { type: "image/svg+xml" })
}

function pictureSize(chart: { width: number; height: number }, { legend }: PictureFrame) {
  return {
    width: chart.width + 2 * PAD,
    height: TOP + chart.height + legend.length * ROW + PAD,
    below: TOP + chart.height,
  }
}

/** Background, title and legend. The context is scaled to CSS pixels. */
function drawFrame(context: DrawContext, size: ReturnType<typeof pictureSize>, frame: PictureFrame): void {
  const { title, legend, palette } = frame
  context.fillStyle = palette.panel
  context.fillRect(0, 0, size.width, size.height)
  context.textBaseline = "middle"
  context.fillStyle = palette.text
  context.font = `600 13px ${palette.font}`
  context.fillText(title, PAD, TOP / 2 + 2)
  legend.forEach(({ colour, name, text }, i) => {
    const y = size.below + i * ROW + ROW / 2
    context.fillStyle = colour
    context.fillRect(PAD, y - 4, 8, 8)
    context.font = `600 12px ${palette.font}`
    context.fillStyle = palette.text
    context.fillText(name, PAD + 16, y)
    const { width } = context.measureText(name)
    context.font = `12px ${palette.font}`
    context.fillStyle = palette.muted
    context.fillText(text, PAD + 26 + width, y)
  })
}

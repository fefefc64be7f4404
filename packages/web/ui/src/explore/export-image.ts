import type { Palette } from "../chart/axes.js"

/** A line of the legend below an exported picture. */
export interface LegendLine {
  colour: string
  name: string
  text: string
}

const ROW = 20
const PAD = 12

/** The chart with a title above and a legend below, as PNG. `ratio` is device pixels a CSS pixel. */
export function pngOf(
  chart: HTMLCanvasElement,
  title: string,
  legend: readonly LegendLine[],
  palette: Palette,
  ratio: number,
): Promise<Blob> {
  const canvas = document.createElement("canvas")
  const top = 30
  const chartHeight = chart.height / ratio
  canvas.width = chart.width + 2 * PAD * ratio
  canvas.height = Math.round((top + chartHeight + legend.length * ROW + PAD) * ratio)
  const context = canvas.getContext("2d")
  if (!context) return Promise.reject(new Error("this browser has no canvas"))
  context.fillStyle = palette.panel
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(chart, PAD * ratio, top * ratio)
  context.scale(ratio, ratio)
  context.textBaseline = "middle"
  context.fillStyle = palette.text
  context.font = `600 13px ${palette.font}`
  context.fillText(title, PAD, top / 2 + 2)
  legend.forEach(({ colour, name, text }, i) => {
    const y = top + chartHeight + i * ROW + ROW / 2
    context.fillStyle = colour
    context.fillRect(PAD, y - 4, 8, 8)
    context.font = `600 12px ${palette.font}`
    context.fillStyle = palette.text
    context.fillText(name, PAD + 16, y)
    const width = context.measureText(name).width
    context.font = `12px ${palette.font}`
    context.fillStyle = palette.muted
    context.fillText(text, PAD + 26 + width, y)
  })
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png")
  })
}

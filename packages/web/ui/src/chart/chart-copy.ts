import { drawAxes, drawTitles, type Palette, type Wording } from "./axes.js"
import type { Overlay } from "./overlay.js"
import { Picture, type Scene } from "./picture.js"
import type { Surface } from "./surface.js"
import type { SvgContext } from "./svg-context.js"

/** What a chart shows now. */
export interface ChartState {
  readonly scene: Omit<Scene, "margin" | "keep">
  readonly overlay: Overlay
  readonly palette: Palette
  readonly wording: Wording
}

/** Lines of more series are drawn a pixel wide, so that a picture of many stays small: of fifty about two megabytes. */
const MANY = 12

/** The chart as it is seen, on the background of its panel. */
export function chartAsCanvas(surface: Surface, { scene, overlay, palette }: ChartState): HTMLCanvasElement {
  const context = surface.copy(scene.layout, palette.panel)
  if (!context) throw new Error("this browser has no canvas")
  drawTitles(context, scene.layout, palette)
  overlay.drawMarks(context, scene.layout, scene.view, palette)
  return context.canvas
}

/** The chart as lines and areas, from the same data and with the same colours. */
export function drawChart(context: SvgContext, { scene, overlay, palette, wording }: ChartState): void {
  const { layout, view, series } = scene
  const ratio = series.length > MANY ? 1 : 2
  context.save()
  new Picture().drawOn(context, { ...scene, ratio, margin: 0, keep: undefined }, (scales) => {
    drawAxes(context, layout, view, scales, palette, wording)
    context.transform(layout.left, 0, 1 / ratio)
  })
  context.restore()
  drawTitles(context, layout, palette)
  overlay.drawMarks(context, layout, view, palette)
}

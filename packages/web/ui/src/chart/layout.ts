/** A series as the chart draws it. */
export interface ChartSeries {
  name: string
  unit: string
  quantity: string
  /** Colour as CSS writes it. */
  colour: string
  factor: number
  /** Points a second, 0 if that is not known. */
  rate: number
  /** A raw point holds for no longer than this before its time, ms. */
  maxGapMs: number
}

/** One panel: all series of a unit over one value axis. Lengths in CSS pixels from the top of the chart. */
export interface Panel {
  unit: string
  title: string
  top: number
  height: number
  /** Indexes into the series. */
  series: number[]
}

/** Where everything lies, in CSS pixels. The plot is what is between the value axis and the right rim. */
export interface Layout {
  width: number
  height: number
  left: number
  plotWidth: number
  /** Bottom of the lowest panel, where the time axis is. */
  bottom: number
  panels: Panel[]
}

const TOP = 16
const TIME_AXIS = 36
const BETWEEN = 26
const LEAST_PANEL = 90

/** Height that a chart with so many panels needs at least. */
export function leastHeight(panels: number): number {
  return TOP + TIME_AXIS + panels * LEAST_PANEL + Math.max(0, panels - 1) * BETWEEN
}

/** One panel a unit, in the order in which units appear; those with more series are a little higher. */
export function layOut(width: number, height: number, series: readonly ChartSeries[]): Layout {
  const narrow = width < 560
  const left = narrow ? 40 : 52
  const panels = panelsOf(series)
  const room = Math.max(LEAST_PANEL, height - TOP - TIME_AXIS - BETWEEN * Math.max(0, panels.length - 1))
  const weights = panels.map((panel) => 1 + 0.25 * Math.min(3, panel.series.length - 1))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let top = TOP
  panels.forEach((panel, i) => {
    panel.top = top
    panel.height = Math.floor((room * (weights[i] as number)) / total)
    top += panel.height + BETWEEN
  })
  const bottom = panels.length > 0 ? top - BETWEEN : height - TIME_AXIS
  return { width, height, left, plotWidth: Math.max(50, width - left - (narrow ? 2 : 6)), bottom, panels }
}

function panelsOf(series: readonly ChartSeries[]): Panel[] {
  const panels = new Map<string, Panel>()
  series.forEach(({ unit, quantity }, i) => {
    let panel = panels.get(unit)
    if (!panel) {
      panel = { unit, title: "", top: 0, height: 0, series: [] }
      panels.set(unit, panel)
    }
    panel.series.push(i)
    panel.title ||= quantity
  })
  for (const panel of panels.values()) {
    const title = panel.title && panel.title[0]?.toUpperCase() + panel.title.slice(1)
    panel.title = [title, panel.unit].filter(Boolean).join(", ")
  }
  return [...panels.values()]
}

/** What lies under a position: the plot of a panel, its value axis, or the time axis. */
export function regionAt({ left, bottom, panels }: Layout, { x, y }: { x: number; y: number }) {
  if (y > bottom) return { kind: "times" as const }
  const panel = panels.findLast(({ top }, i) => y >= top - BETWEEN / 2 || i === 0)
  return panel && x < left ? { kind: "values" as const, panel } : { kind: "plot" as const, panel }
}

/** Part of a panel's height from its bottom, between 0 and 1. */
export function partAt({ top, height }: Panel, y: number): number {
  return Math.max(0, Math.min(1, (top + height - y) / height))
}

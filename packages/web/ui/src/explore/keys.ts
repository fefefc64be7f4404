import type { Chart } from "../chart/chart.js"

/** What keys do beyond the chart itself. */
export interface KeyTarget {
  chart(): Chart | undefined
  search(): void
  back(): void
  help(): void
  toggleLive(): void
}

/** Does what a key stands for in Explore, unless somebody is typing. For `keydown` of the window. */
export function pressKey(event: KeyboardEvent, target: KeyTarget): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault()
    target.search()
    return
  }
  const chart = target.chart()
  if (!chart || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  const action = actions(chart, target, event)[event.key]
  if (!action) return
  event.preventDefault()
  action()
}

function actions(chart: Chart, target: KeyTarget, event: KeyboardEvent): Record<string, () => void> {
  const closer = () => chart.zoom(1 / 1.5)
  const common: Record<string, () => void> = {
    ArrowLeft: () => chart.pan(event.shiftKey ? -1 : -0.2),
    ArrowRight: () => chart.pan(event.shiftKey ? 1 : 0.2),
    "+": closer,
    "=": closer,
    "-": () => chart.zoom(1.5),
    "?": () => target.help(),
    Escape: () => {
      if (!chart.cancel()) target.back()
    },
  }
  return isOnChart(event.target) ? { ...common, " ": () => target.toggleLive() } : common
}

/** Elsewhere the space bar presses buttons, and arrows scroll. */
function isOnChart(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest(".chart, main:focus") !== null)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, dialog, [role=dialog]") !== null
}

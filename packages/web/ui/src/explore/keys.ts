import type { Chart } from "../chart/chart.js"
import type { MarkName } from "../chart/marks.js"

/** What keys do beyond the chart itself. */
export interface KeyTarget {
  chart(): Chart | undefined
  search(): void
  back(): void
  help(): void
  toggleLive(): void
  /** Put a mark at the cursor. */
  mark(name: MarkName): void
  /** Take the marks away. Tells whether there were any. */
  clearMarks(): boolean
  /** Move the cursor by a part of the window, and tell what is there. */
  step(part: number): void
}

/** Does what a key stands for in Explore, unless somebody is typing. For `keydown` of the window. */
export function pressKey(event: KeyboardEvent, target: KeyTarget): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault()
    target.search()
    return
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  const chart = target.chart()
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const action = key === "?" ? target.help : chart && actions(chart, target, event)[key]
  if (!action) return
  event.preventDefault()
  action()
}

function actions(chart: Chart, target: KeyTarget, event: KeyboardEvent): Record<string, () => void> {
  const closer = () => chart.zoom(1 / 1.5)
  const further = () => chart.zoom(1.5)
  const common: Record<string, () => void> = {
    ArrowLeft: () => chart.pan(event.shiftKey ? -1 : -0.2),
    ArrowRight: () => chart.pan(event.shiftKey ? 1 : 0.2),
    "+": closer,
    "=": closer,
    "-": further,
    w: closer,
    s: further,
    a: () => target.mark("a"),
    b: () => target.mark("b"),
    ",": () => target.step(-STEP),
    ".": () => target.step(STEP),
    Backspace: () => target.back(),
    Escape: () => {
      if (!chart.cancel() && !target.clearMarks()) target.back()
    },
  }
  return isOnChart(event.target) ? { ...common, " ": () => target.toggleLive() } : common
}

/** Part of the window that a key moves the cursor by. */
const STEP = 0.01

/** Elsewhere the space bar presses buttons. */
function isOnChart(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.closest(".chart, main:focus") !== null)
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea, dialog, [role=dialog]") !== null
}

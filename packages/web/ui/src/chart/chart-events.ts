import type { AxisSetting } from "../lib/axis-setting.js"
import type { Layout } from "./layout.js"
import type { MarkName } from "./marks.js"
import type { CursorReadings } from "./overlay.js"
import type { Span } from "./span.js"

/** What a chart tells its owner. */
export interface ChartEvents {
  /** The view changed by hand; called for each step. */
  onMove(view: Span): void
  /** The view has come to rest, after a gesture or `Chart.show`. `byHand` tells which. */
  onRest(view: Span, byHand: boolean): void
  /** Value axes were changed by hand, and have come to rest. */
  onAxes(axes: ReadonlyMap<string, AxisSetting>): void
  /** A mark is moved by hand; called for each step. */
  onMark(name: MarkName, time: number): void
  /** Where the cursor is now, and what the series were there; undefined when it has left. */
  onCursor(cursor: CursorReadings | undefined): void
  /** Panels lie elsewhere, or are others. */
  onLayout(layout: Layout): void
  onBack(): void
}

import type { Columns } from "@metricq/client"
import type { LevelParameters, Timeline } from "@metricq/timeline"

/** Where imported points go. */
export interface ImportSink {
  /** Called once for each metric, before its first points. `parameters` are what the import knows; a metric that is there keeps its own. */
  declare(metric: string, parameters: LevelParameters): Promise<void>
  /**
   * Resolves when the points are on disk. They come in any order, and may have come before. The columns belong to the sink. A rejection with
   * the code `busy` asks to come again later; every other one ends the import.
   */
  append(metric: string, columns: Columns): Promise<void>
}

/** A store as a sink. */
export function timelineSink(timeline: Pick<Timeline, "append" | "declare" | "info">): ImportSink {
  return {
    async declare(metric, parameters) {
      if (timeline.info(metric) === undefined) await timeline.declare(metric, parameters)
    },
    append: (metric, columns) => timeline.append(metric, columns),
  }
}

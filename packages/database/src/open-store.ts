import type { JsonObject } from "@metricq/client"
import { Timeline, type TimelineOptions } from "@metricq/timeline"
import type { Store, StoreFigures } from "./store.js"

/** Open the store in a folder, which is made if it is not there. Errors as of `Timeline.open`. */
export async function openStore(folder: string, options: TimelineOptions): Promise<Store> {
  const timeline = await Timeline.open(folder, options)
  const soon = async (): Promise<JsonObject> => {
    throw new Error("the store cannot do that yet")
  }
  const figures = (): StoreFigures => ({
    ...{ conflicts: 0, refused: 0, diskBytes: 0, journalBytes: 0, headBytes: 0, segments: 0, syncS: 0 },
    ...{ checkpointAgeS: undefined, trouble: [] },
  })
  return {
    append: (metric, columns) => timeline.append(metric, columns),
    declare: (metric, levels) => timeline.declare(metric, levels),
    metrics: () => timeline.metrics(),
    info: (metric) => timeline.info(metric),
    answer: (metric, request, { compatible, maxBytes, signal }) =>
      timeline.history(metric, request, { compatible, maxBytes, signal }),
    delete: (metric, range) => timeline.delete(metric, range),
    retain: () => {},
    verify: soon,
    compact: soon,
    backup: soon,
    figures,
    close: () => timeline.close(),
  }
}

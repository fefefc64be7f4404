import type { JsonObject } from "@metricq/client"
import { Timeline, type TimelineOptions } from "@metricq/timeline"
import type { Progress, Store } from "./store.js"
import { StoreGauge } from "./store-gauge.js"
import { verifyJob } from "./verify-job.js"

/** Open the store in a folder, which is made if it is not there. Errors as of `Timeline.open`. */
export async function openStore(folder: string, options: TimelineOptions): Promise<Store> {
  const timeline = await Timeline.open(folder, options)
  const gauge = new StoreGauge(timeline)
  return {
    append: (metric, columns) => timeline.append(metric, columns),
    declare: (metric, levels) => timeline.declare(metric, levels),
    metrics: () => timeline.metrics(),
    metricsBehind: (place, limit) => timeline.metricsBehind(place, limit),
    info: (metric) => timeline.info(metric),
    recent: (metric, reach) => timeline.recent(metric, reach),
    answer: (metric, request, limits) => timeline.answer(metric, request, limits),
    delete: (metric, range) => timeline.delete(metric, range),
    rename: (metric, name) => timeline.rename(metric, name),
    renameOutlook: (metric, name) => timeline.renameOutlook(metric, name),
    retain: (rules) => timeline.setRetention(rules),
    verify: (signal, progress) => verifyJob(timeline, signal, progress),
    compact: async (signal) => {
      await timeline.compact({ signal })
      return sizesOf(gauge)
    },
    backup: (target, signal, progress) => backUp(timeline, target, signal, progress),
    figures: () => gauge.recent(),
    close: () => timeline.close(),
  }
}

async function backUp(timeline: Timeline, target: string, signal: AbortSignal, progress: Progress) {
  const onProgress = (copiedBytes: number, ofBytes: number) => progress({ copiedBytes, ofBytes })
  return { folder: target, ...(await timeline.backup(target, { signal, onProgress })) } as JsonObject
}

function sizesOf(gauge: StoreGauge): JsonObject {
  const { segments, diskBytes } = gauge.read()
  return { segments, diskBytes }
}

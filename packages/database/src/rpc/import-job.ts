import type { JsonObject } from "@metricq/client"
import type { Engine } from "../engine.js"
import type { JobWork } from "../jobs/job-list.js"
import { checkImport, importAny, importStateFile } from "../transfer/import-any.js"
import { type ImportSink, timelineSink } from "../transfer/import-sink.js"

/**
 * Read points from files of this machine into the store, resumable; then the manager is told which metrics are stored.
 *
 * @throws {DataError} `import-request` at once for what cannot be
 */
export function importJob(engine: Engine, kind: string, path: string, settings: JsonObject): JobWork {
  const request = checkImport({ kind, path, settings })
  return async ({ signal, progress }) => {
    const names = new Set<string>()
    const control = {
      signal,
      stateFile: importStateFile(engine.folder, request),
      onProgress: (told: object) => progress({ ...told } as JsonObject),
    }
    try {
      return { ...(await importAny(request, sinkOf(engine, names), control)) } as unknown as JsonObject
    } finally {
      // What has been read until then is there, however it ended.
      await engine.announce([...names])
    }
  }
}

/** The store as a sink; notes the names of the metrics. */
function sinkOf({ store }: Engine, names: Set<string>): ImportSink {
  const sink = timelineSink(store)
  const declare: ImportSink["declare"] = (metric, parameters) => {
    names.add(metric)
    return sink.declare(metric, parameters)
  }
  return { ...sink, declare }
}

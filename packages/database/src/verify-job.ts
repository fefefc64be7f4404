import { type JsonObject, Timestamp } from "@metricq/client"
import type { StoreProblem, Timeline } from "@metricq/timeline"
import type { Progress } from "./store.js"

/** More are counted. */
const MAX_TOLD = 1000

/** Look at every byte of a store, and tell what is wrong: a line each. */
export async function verifyJob(
  timeline: Pick<Timeline, "verify">,
  signal: AbortSignal,
  progress: Progress,
): Promise<JsonObject> {
  const damaged: string[] = []
  let problems = 0
  let checkedBytes = 0
  const onProgress = (doneBytes: number, ofBytes: number) => {
    checkedBytes = doneBytes
    progress({ checkedBytes: doneBytes, ofBytes, problems })
  }
  for await (const problem of timeline.verify({ signal, onProgress })) {
    problems += 1
    if (damaged.length < MAX_TOLD) damaged.push(lineOf(problem))
  }
  return { checkedBytes, problems, damaged }
}

function lineOf({ file, message, metric, firstNs, lastNs }: StoreProblem): string {
  const time = (ns: bigint) => Timestamp.fromNs(ns).toIso()
  const span = firstNs === undefined || lastNs === undefined ? "" : ` from ${time(firstNs)} to ${time(lastNs)}`
  return `${file}: ${message}${metric === undefined ? "" : ` (${metric}${span})`}`
}

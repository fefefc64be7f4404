/** The thread in which regular expressions of clients run. It is killed when one does not come to an end. */
import { parentPort, workerData } from "node:worker_threads"
import type { Pattern } from "./pattern.js"
import { TESTED, TESTING } from "./pattern-progress.js"

/** One batch of work: names joined by line feeds, which no name contains. */
export interface MatchRequest {
  readonly pattern: Pattern
  readonly names: string
}

const shared = new Int32Array(workerData as SharedArrayBuffer)
let compiled: { source: string; flags: string; regex: RegExp } | undefined

parentPort?.on("message", ({ pattern, names }: MatchRequest) => {
  const regex = compile(pattern)
  const matches: number[] = []
  const list = names.split("\n")
  Atomics.store(shared, TESTING, 1)
  for (let i = 0; i < list.length; i++) {
    if (regex.test(list[i] ?? "")) matches.push(i)
    Atomics.add(shared, TESTED, 1)
  }
  Atomics.store(shared, TESTING, 0)
  parentPort?.postMessage(Uint32Array.from(matches))
})

function compile({ source, flags }: Pattern): RegExp {
  if (compiled?.source !== source || compiled.flags !== flags) {
    compiled = { source, flags, regex: new RegExp(source, flags) }
  }
  return compiled.regex
}

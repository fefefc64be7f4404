import { performance } from "node:perf_hooks"
import { pathToFileURL } from "node:url"

/** One thing to measure: does its work `times` times over and returns something that depends on all of it. */
export type Work = (times: number) => number

const BATCH_MS = 2
const ROUNDS = 120

/**
 * Nanoseconds per call of each work, measured side by side in one run.
 *
 * Short batches of all works take turns, so that whatever else the machine does hits all alike; the mean of the fastest quarter of the batches
 * counts. What the works return is summed up, so that none can be optimised away.
 */
export function measure<Name extends string>(works: Record<Name, Work>): Record<Name, number> {
  const names = Object.keys(works) as Name[]
  const sizes = new Map(names.map((name) => [name, batchSize(works[name])]))
  const samples = new Map(names.map((name) => [name, [] as number[]]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) samples.get(name)!.push(timed(works[name], sizes.get(name)!) / sizes.get(name)!)
  }
  return Object.fromEntries(names.map((name) => [name, fastestQuarter(samples.get(name)!)])) as Record<Name, number>
}

/** Warms the work up and finds how many calls fill a batch. */
function batchSize(work: Work): number {
  let size = 1
  for (let elapsedNs = 0; elapsedNs < BATCH_MS * 20e6; size *= 2) elapsedNs = timed(work, size)
  return Math.max(1, Math.round(size / 40))
}

let sink = 0

function timed(work: Work, times: number): number {
  const start = performance.now()
  sink += work(times)
  return (performance.now() - start) * 1e6
}

function fastestQuarter(samples: number[]): number {
  const fastest = samples.sort((a, b) => a - b).slice(0, Math.ceil(samples.length / 4))
  return fastest.reduce((sum, ns) => sum + ns, 0) / fastest.length
}

/** Print rows under a header, numbers flush right. */
export function printTable(header: string[], rows: string[][]): void {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  for (const row of [header, ...rows]) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    )
    console.log(cells.join("  ").trimEnd())
  }
  if (Number.isNaN(sink)) console.log()
}

/** Whether the module at `url` is the program that was started. */
export function isMain(url: string): boolean {
  return process.argv[1] !== undefined && url === pathToFileURL(process.argv[1]).href
}

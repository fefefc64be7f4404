import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { Scope, temporaryFolder } from "@metricq/testkit"
import { defaultLevelParameters } from "@metricq/timeline"
import { isMain, printTable } from "./measure.js"
import { megabytes, milliseconds } from "./numbers.js"
import { BEGIN_NS } from "./reference-data.js"
import { recordSysinfo } from "./sysinfo-recording.js"
import { insertHeader, insertRow, openPeers } from "./timeline-inserts.js"
import type { TimelinePeer } from "./timeline-peer.js"
import { measureQueries, queries, queryHeader, queryRows } from "./timeline-queries.js"
import { recordedSet, referenceSet, sizeHeader, sizeRow, unsuitedLevels } from "./timeline-sizes.js"
import type { Footprint } from "./timeline-worker.js"
import { hasVictoria } from "./victoria-peer.js"

/**
 * The timeline store in process, beside rows in LMDB and, where Debian's package is installed, VictoriaMetrics over HTTP, on the same data in the
 * same run: bytes a point, points a second, questions at any zoom, memory and open files.
 *
 * Ours and LMDB have everything synced, VictoriaMetrics does not. `METRICQ_BENCH_POINTS`: points of the metric that is asked about (default
 * 10,000,000); `METRICQ_BENCH_SYSINFO_S`: seconds of recorded sysinfo (60).
 */
const points = Number(process.env.METRICQ_BENCH_POINTS ?? 10_000_000)
const recordedS = Number(process.env.METRICQ_BENCH_SYSINFO_S ?? 60)

/** Metrics that lie around in the store while another one is asked about. */
const CROWD = 100_000
const YEAR_NS = 365n * 86_400n * 1_000_000_000n

export async function run(): Promise<void> {
  if (!hasVictoria()) console.log("left out: VictoriaMetrics (the package victoria-metrics is not installed)\n")
  await printSizes()
  console.log()
  await printOneMetric()
  console.log()
  await printManyMetrics()
  console.log()
  await printFootprints()
}

async function printSizes(): Promise<void> {
  const recording = recordSysinfo(recordedS)
  recording.catch(() => {}) // told when it is waited for
  const many = { metrics: 1000, points: 5000, chunk: 100 }
  const sets = [
    referenceSet("reference data, 10 Hz", many),
    referenceSet("… times with jitter", { ...many, variant: "jittered" }),
    referenceSet("… values not nearest to decimals", { ...many, variant: "inexact" }),
    referenceSet(
      "… a point a minute, levels from 10 s",
      { metrics: 200, points: 10_000, chunk: 1, variant: "minutely" },
      unsuitedLevels,
    ),
  ]
  const rows = []
  for (const set of sets) rows.push(await sizeRow(set))
  rows.push(await sizeRow(recordedSet(`sysinfo of this machine, ${recordedS} s at 10 Hz`, await recording)))
  printTable(sizeHeader, rows)
  if (hasVictoria()) console.log("\nVictoriaMetrics keeps milliseconds: the jitter is not in its points")
}

/** One metric: what inserting it takes, and every question about it. */
async function printOneMetric(): Promise<void> {
  const scope = new Scope()
  try {
    const peers = await openPeers(scope, "queries")
    const { ours, others } = peers
    const row = await insertRow("1 metric, 10,000 a chunk", peers, { metrics: 1, points, chunk: 10_000 })
    printTable(insertHeader(others), [row])
    console.log()
    for (const peer of [ours, ...others]) await peer.settle()
    const asked = queries(points)
    const own = await measureQueries(ours, asked)
    const beside = []
    for (const other of others) beside.push(await measureQueries(other, asked))
    await addCrowd(ours)
    const crowded = await measureQueries(ours, asked)
    console.log(`questions about a metric of ${points.toLocaleString("en")} points\n`)
    printTable(queryHeader(others, `+${CROWD / 1000}k metrics`), queryRows(asked, own, crowded, beside))
    console.log()
    await printGap(ours)
  } finally {
    await scope.close()
  }
}

async function addCrowd(peer: TimelinePeer): Promise<void> {
  const names = Array.from({ length: CROWD }, (_, index) => `crowd.node${index}.power`)
  await peer.declare(names, defaultLevelParameters)
  const columns = { times: BigInt64Array.of(BEGIN_NS, BEGIN_NS + 1_000_000_000n), values: Float64Array.of(1, 2) }
  await peer.insert(names.map((metric) => ({ metric, columns })))
  await peer.settle()
}

/** What it takes to store a point a year after the one before it, and how many rows of ten seconds there are then. */
async function printGap(peer: TimelinePeer): Promise<void> {
  const metric = "lab.gap"
  const point = (ns: bigint) => ({ times: BigInt64Array.of(ns), values: Float64Array.of(1) })
  await peer.declare([metric], { ...defaultLevelParameters, maxGapNs: 10_000_000_000n })
  await peer.store.append(metric, point(BEGIN_NS))
  const before = await peer.bytes()
  const began = performance.now()
  await peer.store.append(metric, point(BEGIN_NS + YEAR_NS))
  const ms = performance.now() - began
  const rows = await peer.timeline(metric, BEGIN_NS, BEGIN_NS + 2n * YEAR_NS, 10_000_000_000n)
  const bytes = (await peer.bytes()) - before
  printTable(["a gap of a year", "bytes", "rows of 10 s"], [[`${milliseconds(ms)} ms`, String(bytes), String(rows)]])
}

async function printManyMetrics(): Promise<void> {
  const works = [
    { metrics: 1000, points: 5000, chunk: 100 },
    { metrics: 1000, points: 2000, chunk: 10 },
    { metrics: 1000, points: 500, chunk: 1 },
  ]
  const rows: string[][] = []
  let header: string[] = []
  for (const work of works) {
    const scope = new Scope()
    try {
      const peers = await openPeers(scope, "inserts")
      header = insertHeader(peers.others)
      rows.push(await insertRow(`1000 metrics, ${work.chunk} a chunk`, peers, work))
    } finally {
      await scope.close()
    }
  }
  printTable(header, rows)
}

async function printFootprints(): Promise<void> {
  const rows = []
  for (const [metrics, each] of [
    [1000, 2000],
    [100_000, 20],
  ] as const) {
    const { idleBytes, peakBytes, openFiles, openMs } = await footprint(metrics, each)
    const memory = [idleBytes, peakBytes].map(megabytes)
    rows.push([`${metrics.toLocaleString("en")} × ${each}`, String(openFiles), ...memory, milliseconds(openMs)])
  }
  printTable(["metrics × points", "open files", "MB empty", "MB at most", "ms to open again"], rows)
}

async function footprint(metrics: number, each: number): Promise<Footprint> {
  const scope = new Scope()
  try {
    const folder = join(await temporaryFolder(scope, "footprint"), "timeline")
    const child = fork(new URL("./timeline-worker.js", import.meta.url), [folder, metrics, each].map(String))
    scope.onTestFinished(() => child.kill("SIGKILL"))
    const died = once(child, "exit").then(([code]) => {
      throw new Error(`a process of the bench ended with code ${code}`)
    })
    died.catch(() => {})
    const [message] = (await Promise.race([once(child, "message"), died])) as [Footprint]
    return message
  } finally {
    await scope.close()
  }
}

if (isMain(import.meta.url)) await run()

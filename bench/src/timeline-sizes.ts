import { join } from "node:path"
import { Scope, temporaryFolder } from "@metricq/testkit"
import { defaultLevelParameters, type LevelParameters } from "@metricq/timeline"
import { type Sequence, sequenceNames, stretches } from "./chunk-sequence.js"
import { LmdbPeer } from "./lmdb-peer.js"
import { ratio } from "./numbers.js"
import type { Chunk, StorePeer } from "./store-peer.js"
import { referenceLevels, TimelinePeer } from "./timeline-peer.js"
import { hasVictoria, VictoriaPeer } from "./victoria-peer.js"

/** Points to be stored, in the order in which they come. */
interface DataSet {
  readonly title: string
  readonly points: number
  readonly metrics: readonly string[]
  readonly levels: LevelParameters
  chunks(): Iterable<Iterable<Chunk>>
}

/** Header of {@link sizeRows}. */
export const sizeHeader = ["bytes a point", "points", "ours", "LMDB", "ratio", "VictoriaMetrics", "ratio"]

/** A part of the reference data set, in one of its variants. */
export function referenceSet(title: string, sequence: Sequence, levels = referenceLevels): DataSet {
  const points = sequence.metrics * sequence.points
  return { title, points, metrics: sequenceNames(sequence), levels, chunks: () => stretches(sequence) }
}

/** Points that were recorded. */
export function recordedSet(title: string, chunks: readonly Chunk[]): DataSet {
  const metrics = [...new Set(chunks.map(({ metric }) => metric))]
  const points = chunks.reduce((sum, { columns }) => sum + columns.times.length, 0)
  return { title, points, metrics, levels: referenceLevels, chunks: () => [chunks] }
}

/** Levels for a metric whose rate nobody knows: with one point a minute the shortest rows have none or one. */
export const unsuitedLevels = defaultLevelParameters

/** What a data set takes on disk, levels and all, once everything rests. */
export async function sizeRow(set: DataSet): Promise<string[]> {
  const scope = new Scope()
  try {
    const folder = await temporaryFolder(scope, "sizes")
    const ours = await TimelinePeer.open(join(folder, "timeline"))
    scope.onTestFinished(() => ours.close())
    await ours.declare(set.metrics, set.levels)
    const own = await bytesPerPoint(ours, set)
    const row = [set.title, set.points.toLocaleString("en"), own.toFixed(2)]
    for (const open of [lmdb, victoria]) {
      const other = await open(folder)
      if (other === undefined) {
        row.push("", "")
        continue
      }
      scope.onTestFinished(() => other.close())
      const bytes = await bytesPerPoint(other, set)
      row.push(bytes.toFixed(2), ratio(bytes / own))
    }
    return row
  } finally {
    await scope.close()
  }
}

async function lmdb(folder: string): Promise<StorePeer> {
  return new LmdbPeer(join(folder, "lmdb"))
}

async function victoria(folder: string): Promise<StorePeer | undefined> {
  return hasVictoria() ? VictoriaPeer.start(join(folder, "victoria")) : undefined
}

async function bytesPerPoint(peer: StorePeer, { points, chunks }: DataSet): Promise<number> {
  for (const stretch of chunks()) await peer.insert(stretch)
  await peer.settle()
  return (await peer.bytes()) / points
}

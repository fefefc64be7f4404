import { HistoryError } from "@metricq/client"
import { type LevelWishes, levelsOfPoints } from "@metricq/database"
import { type Columns, DataError } from "@metricq/protocol"
import type { HtaArchiveWriter, HtaWritten, LevelParameters } from "@metricq/timeline"
import type { PointSeries } from "./series.js"

/** Points of a metric, and how they are aggregated where that is known. */
export interface StoredSeries extends PointSeries {
  readonly parameters?: LevelParameters
}

/** What has become of a metric. */
export type HtaExported = { readonly metric: string } & (HtaWritten | { readonly error: string })

/**
 * Write metrics to an archive, one after the other. One that cannot be written is told in the result, and leaves nothing behind; so does the
 * one that an error of the disk or of the reading ends.
 *
 * @param wishes what is said about the levels; what is not, follows from the series or from the distance of its points
 * @param onPoints called with the number of points handed over since the last call
 */
export async function exportHtaArchive(
  writer: HtaArchiveWriter,
  series: Iterable<StoredSeries>,
  wishes: LevelWishes,
  onPoints: (metric: string, points: number) => void,
): Promise<HtaExported[]> {
  const results: HtaExported[] = []
  for (const each of series) {
    try {
      results.push({ metric: each.metric, ...(await exportMetric(writer, each, wishes, onPoints)) })
    } catch (error) {
      if (!(error instanceof DataError || error instanceof HistoryError)) throw error
      results.push({ metric: each.metric, error: error.message })
    }
  }
  return results
}

async function exportMetric(
  writer: HtaArchiveWriter,
  { metric, columns, parameters }: StoredSeries,
  wishes: LevelWishes,
  onPoints: (metric: string, points: number) => void,
): Promise<HtaWritten> {
  const pieces = Symbol.asyncIterator in columns ? columns[Symbol.asyncIterator]() : columns[Symbol.iterator]()
  try {
    let piece = await pieces.next()
    const file = await writer.metric(metric, levelsOf(piece.done ? undefined : piece.value, parameters, wishes))
    try {
      for (; !piece.done; piece = await pieces.next()) {
        await file.append(piece.value)
        onPoints(metric, piece.value.times.length)
      }
      return await file.close()
    } catch (error) {
      await file.discard()
      throw error
    }
  } finally {
    await pieces.return?.()
  }
}

/** Levels as they are said, then as they are known, then as they suit the first points. */
function levelsOf(
  first: Columns | undefined,
  parameters: LevelParameters | undefined,
  wishes: LevelWishes,
): LevelParameters {
  const { intervalMinNs, intervalMaxNs, intervalFactor } = wishes
  if (parameters && intervalMinNs === undefined) {
    return {
      ...parameters,
      intervalMaxNs: intervalMaxNs ?? parameters.intervalMaxNs,
      intervalFactor: intervalFactor ?? parameters.intervalFactor,
    }
  }
  const none = { times: new BigInt64Array(0), values: new Float64Array(0) }
  return levelsOfPoints(first ?? none, { intervalFactor: parameters?.intervalFactor, ...wishes })
}

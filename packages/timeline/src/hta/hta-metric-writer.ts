import { rmdir } from "node:fs/promises"
import { join } from "node:path"
import type { Columns } from "@metricq/protocol"
import type { LevelParameters } from "../level-parameters.js"
import { GrowingFile } from "./growing-file.js"
import { RAW_FILE } from "./hta-archive.js"
import { encodeHtaHeader } from "./hta-header.js"
import { RAW_RECORD_BYTES } from "./raw-records.js"
import { type CascadeLevel, RowCascade } from "./row-cascade.js"

/** Points that are written at a time. */
const RAW_POINTS = 65_536

/** What has been written of a metric. */
export interface HtaWritten {
  readonly points: number
  /** Points left out: NaN and ±Infinity, which the original's database does not take either. */
  readonly notFinite: number
  /** Rows of all levels. */
  readonly rows: number
  readonly bytes: number
}

interface LevelFile {
  readonly level: CascadeLevel
  readonly file: GrowingFile
}

/**
 * Writes the files of one metric: `raw.hta` and a file for each level, as the original's library would after the same points.
 *
 * Holds at most 2 MiB and, while it writes, one open file. Not for concurrent use: wait for each call before the next one.
 */
export class HtaMetricWriter {
  readonly #folder: string
  readonly #parameters: LevelParameters
  readonly #cascade: RowCascade
  readonly #raw: GrowingFile
  readonly #rawRecords = new DataView(new ArrayBuffer(RAW_POINTS * RAW_RECORD_BYTES))
  readonly #levels: readonly LevelFile[]
  #rawLength = 0
  #points = 0
  #notFinite = 0
  #rows = 0

  /**
   * @param folder of this metric; it must exist and hold no files of an archive
   * @throws {DataError} as the constructor of `RowCascade`
   */
  constructor(metric: string, folder: string, parameters: LevelParameters, maxGapRows: number) {
    this.#folder = folder
    this.#parameters = parameters
    this.#cascade = new RowCascade(metric, parameters, maxGapRows)
    this.#raw = new GrowingFile(join(folder, RAW_FILE))
    this.#levels = this.#cascade.levels.map((level) => ({
      level,
      file: new GrowingFile(join(folder, `${level.intervalNs}.hta`)),
    }))
  }

  /** Make the file of points, empty as yet. Errors as of `HtaArchiveWriter.metric`. */
  async begin(): Promise<void> {
    await this.#raw.append(this.#header(0n))
  }

  /**
   * Add points, which must be later than all before. The columns are used until this resolves.
   *
   * @throws {DataError} `hta-gap` before a gap that would be filled with too many rows; `non-monotonic`
   * @throws {StorageError} as the disk fails. After any error the files hold some of the points: `discard()` them.
   */
  async append(columns: Columns): Promise<void> {
    const points = finitePoints(columns)
    this.#notFinite += columns.times.length - points.times.length
    for (let from = 0; from < points.times.length; ) {
      const to = this.#cascade.insert(points, from)
      await this.#addRaw(points, from, to)
      if (to < points.times.length) await this.#writeLevels(1)
      from = to
    }
  }

  /** Write what is left and tell what there is. */
  async close(): Promise<HtaWritten> {
    await this.#writeRaw()
    await this.#writeLevels(0)
    const bytes = this.#levels.reduce((sum, { file }) => sum + file.size, this.#raw.size)
    return { points: this.#points, notFinite: this.#notFinite, rows: this.#rows, bytes }
  }

  /** Remove the files, and the folder if nothing else is in it. */
  async discard(): Promise<void> {
    for (const { file } of this.#levels) await file.remove()
    await this.#raw.remove()
    await rmdir(this.#folder).catch(() => {})
  }

  async #addRaw({ times, values }: Columns, from: number, to: number): Promise<void> {
    for (let index = from; index < to; index += 1) {
      const at = this.#rawLength * RAW_RECORD_BYTES
      this.#rawRecords.setBigInt64(at, times[index]!, true)
      this.#rawRecords.setFloat64(at + 8, values[index]!, true)
      this.#rawLength += 1
      if (this.#rawLength === RAW_POINTS) await this.#writeRaw()
    }
    this.#points += to - from
  }

  async #writeRaw(): Promise<void> {
    if (this.#rawLength === 0) return
    await this.#raw.append(new Uint8Array(this.#rawRecords.buffer, 0, this.#rawLength * RAW_RECORD_BYTES))
    this.#rawLength = 0
  }

  /** Write the rows that are ready of levels whose buffers are filled above `share` halves; a full lowest level is. */
  async #writeLevels(halves: 0 | 1): Promise<void> {
    for (const { level, file } of this.#levels) {
      const { rows } = level
      if (level.exists && file.size === 0) await file.append(this.#header(level.intervalNs))
      // Between two calls each level gains at most half of what the one below it does, so those above the lowest are never full.
      if (rows.length === 0 || rows.length < (halves * rows.capacity) / 2) continue
      await file.append(rows.toFileBytes())
      this.#rows += rows.length
      rows.length = 0
    }
  }

  #header(intervalNs: bigint): Uint8Array {
    const { intervalMinNs, intervalFactor, intervalMaxNs } = this.#parameters
    return encodeHtaHeader({ intervalNs, intervalMinNs, intervalFactor: BigInt(intervalFactor), intervalMaxNs })
  }
}

/** The columns themselves where all values are finite, else a copy without the others. */
function finitePoints({ times, values }: Columns): Columns {
  let finite = 0
  for (const value of values) if (Number.isFinite(value)) finite += 1
  if (finite === values.length) return { times, values }
  const kept = { times: new BigInt64Array(finite), values: new Float64Array(finite) }
  let at = 0
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) continue
    kept.times[at] = times[index]!
    kept.values[at] = value
    at += 1
  }
  return kept
}

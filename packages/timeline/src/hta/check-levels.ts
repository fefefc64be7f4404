import { join } from "node:path"
import { DataError } from "@metricq/protocol"
import { type Piece, readPieces } from "./file-pieces.js"
import { readHtaHeader } from "./hta-archive.js"
import type { HtaDamageReport } from "./hta-damage.js"
import type { HtaHeader } from "./hta-header.js"
import { type HtaMetric, isSystemError } from "./hta-metric.js"
import { ROW_BYTES } from "./row-buffer.js"
import { type CascadeLevel, RowCascade } from "./row-cascade.js"

/**
 * Compare the level files of a metric with rows made anew of its points, and report rows that differ, that are missing and that are too
 * many. Reads everything once; holds a few megabytes. Points that cannot be are told too, as when reading.
 *
 * A database that is running may have flushed the points and not yet the rows: check an archive at rest.
 *
 * @throws the reason of `signal`
 */
export async function checkHtaLevels(metric: HtaMetric, report: HtaDamageReport, signal?: AbortSignal): Promise<void> {
  const cascade = newCascade(metric, report)
  if (!cascade) return
  const files: LevelFileCheck[] = []
  for (const level of cascade.levels) files.push(await LevelFileCheck.open(metric, level, report))
  try {
    for await (const columns of metric.read(report, { unordered: "drop", signal })) {
      for (let from = 0; from < columns.times.length; ) {
        from = cascade.insert(columns, from)
        for (const file of files) await file.compare()
        signal?.throwIfAborted()
      }
    }
    for (const file of files) file.finish()
  } finally {
    for (const file of files) await file.close()
  }
}

function newCascade(metric: HtaMetric, report: HtaDamageReport): RowCascade | undefined {
  try {
    return new RowCascade(metric.name, metric.parameters)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    report.add("parameters", metric.file, 0, 1, error.message)
    return undefined
  }
}

/** The file of one level beside the rows it should hold. */
class LevelFileCheck {
  readonly #path: string
  readonly #level: CascadeLevel
  readonly #report: HtaDamageReport
  readonly #dataStart: number
  /** Rows in the file, and how many of them have been compared. */
  readonly #rows: number
  #compared = 0
  #missing = 0
  readonly #pieces: ReturnType<typeof readPieces>
  #piece: Piece | undefined
  #at = 0

  private constructor(
    path: string,
    level: CascadeLevel,
    report: HtaDamageReport,
    dataStart: number,
    sizeBytes: number,
  ) {
    this.#path = path
    this.#level = level
    this.#report = report
    this.#dataStart = dataStart
    this.#rows = Math.max(0, Math.floor((sizeBytes - dataStart) / ROW_BYTES))
    const end = dataStart + this.#rows * ROW_BYTES
    if (end < sizeBytes) report.add("torn", path, end)
    this.#pieces = readPieces(path, dataStart, end, level.rows.capacity * ROW_BYTES)
  }

  /** A file that is missing or cannot be read is one without rows. */
  static async open(metric: HtaMetric, level: CascadeLevel, report: HtaDamageReport): Promise<LevelFileCheck> {
    const path = join(metric.folder, `${level.intervalNs}.hta`)
    const { header, sizeBytes } = (await readLevelHeader(path, level, report)) ?? { header: undefined, sizeBytes: 0 }
    return new LevelFileCheck(path, level, report, header?.dataStart ?? 0, sizeBytes)
  }

  /** Compare the rows that are ready, and take them. */
  async compare(): Promise<void> {
    const { rows } = this.#level
    for (let index = 0; index < rows.length; index += 1) {
      if (this.#compared === this.#rows || !(await this.#fetch())) {
        this.#missing += 1
        continue
      }
      const agrees = rows.agrees(index, this.#piece!.buffer, this.#at)
      if (!agrees) this.#report.add("level-row", this.#path, this.#dataStart + this.#compared * ROW_BYTES)
      this.#at += ROW_BYTES
      this.#compared += 1
    }
    rows.length = 0
  }

  /** Tell rows that were missing, or that nothing was compared with. */
  finish(): void {
    const end = this.#dataStart + this.#compared * ROW_BYTES
    if (this.#missing > 0) this.#report.add("level-short", this.#path, end, this.#missing)
    if (this.#compared < this.#rows) this.#report.add("level-long", this.#path, end, this.#rows - this.#compared)
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined)
  }

  /** Have the next row of the file at `#at` of `#piece`; false if the file has become shorter. */
  async #fetch(): Promise<boolean> {
    if (this.#piece && this.#at + ROW_BYTES <= this.#piece.length) return true
    this.#piece = await this.#nextPiece()
    this.#at = 0
    return this.#piece !== undefined && this.#piece.length >= ROW_BYTES
  }

  async #nextPiece(): Promise<Piece | undefined> {
    try {
      const { value } = await this.#pieces.next()
      return value ?? undefined
    } catch (error) {
      if (!isSystemError(error)) throw error
      this.#report.add("unreadable", this.#path, this.#dataStart + this.#compared * ROW_BYTES, 1, error.message)
      return undefined
    }
  }
}

async function readLevelHeader(
  path: string,
  level: CascadeLevel,
  report: HtaDamageReport,
): Promise<{ header: HtaHeader; sizeBytes: number } | undefined> {
  try {
    const found = await readHtaHeader(path)
    if (found.header.intervalNs === level.intervalNs) return found
    report.add("header", path, 0, 1, `its header says rows of ${found.header.intervalNs} ns`)
  } catch (error) {
    if (error instanceof DataError) report.add("header", path, 0, 1, error.message)
    else if (!isSystemError(error)) throw error
    else if (error.code !== "ENOENT") report.add("unreadable", path, 0, 1, error.message)
  }
  return undefined
}

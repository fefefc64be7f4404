import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { DataError } from "@metricq/protocol"
import type { LevelParameters } from "../level-parameters.js"
import { storageFailure } from "../storage-failure.js"
import { HtaMetricWriter } from "./hta-metric-writer.js"

/** How an archive is written. */
export interface HtaArchiveWriterOptions {
  /**
   * Longest gap between two points of a metric, in rows of its interval_min: the format fills gaps with rows of 56 bytes each. Default
   * 5,000,000, which is 280 MB.
   */
  readonly maxGapRows?: number
}

const DEFAULT_MAX_GAP_ROWS = 5_000_000

/** Makes an archive that the original's database reads, or adds metrics to one. */
export class HtaArchiveWriter {
  readonly folder: string
  readonly #maxGapRows: number

  /** @param folder is made where it is missing, but not the one it is in */
  constructor(folder: string, { maxGapRows = DEFAULT_MAX_GAP_ROWS }: HtaArchiveWriterOptions = {}) {
    this.folder = folder
    this.#maxGapRows = maxGapRows
  }

  /**
   * Make a metric's folder and its file of points. A `/` in the name makes a folder within a folder.
   *
   * @throws {DataError} `metric-name` if the name cannot be a path below the archive, `level-parameters`, and `hta-exists` if the archive
   *   has this metric
   * @throws {StorageError} as the disk fails
   */
  async metric(name: string, parameters: LevelParameters): Promise<HtaMetricWriter> {
    checkPath(name)
    const folder = join(this.folder, name)
    const writer = new HtaMetricWriter(name, folder, parameters, this.#maxGapRows)
    try {
      await mkdir(this.folder).catch(ignoreExisting)
      await mkdir(folder, { recursive: true })
    } catch (cause) {
      throw storageFailure(`cannot make ${folder}`, cause)
    }
    await writer.begin()
    return writer
  }
}

function checkPath(name: string): void {
  const components = name.split("/")
  const bad = components.some((each) => each === "" || each === "." || each === ".." || each.includes("\0"))
  if (bad || (process.platform === "win32" && /[\\:]/.test(name))) {
    throw new DataError("metric-name", `${JSON.stringify(name)} cannot be the folder of a metric`)
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error
}

import { open, readdir, realpath, stat } from "node:fs/promises"
import { join } from "node:path"
import { DataError } from "@metricq/protocol"
import { type HtaDamage, HtaDamageReport } from "./hta-damage.js"
import { decodeHtaHeader, HTA_HEADER_BYTES, type HtaHeader } from "./hta-header.js"
import { HtaMetric, isSystemError } from "./hta-metric.js"

/** Name of the file with a metric's points. */
export const RAW_FILE = "raw.hta"

/** Files that are looked at side by side. */
const AT_ONCE = 16

/** Folders that the original's repair leaves beside the mended metric. */
const BACKUP = /\.backup-\d+$/

/** What is read of an archive. */
export interface HtaArchiveOptions {
  /** Whether a metric is wanted; of the others nothing is read. Default: all. */
  readonly select?: (name: string) => boolean
  readonly signal?: AbortSignal
}

/** A folder with the files of many metrics, as the original's database keeps it. */
export interface HtaArchive {
  readonly folder: string
  /** Metrics whose raw file has a readable header, by name. */
  readonly metrics: readonly HtaMetric[]
  /** Folders and files that give no metric. */
  readonly damage: readonly HtaDamage[]
}

/**
 * List the metrics of an archive; points are not read yet.
 *
 * A metric is a folder with files `*.hta`, and its name the path of that folder within the archive. Links are followed. Folders
 * `*.backup-<number>`, set aside by the original's repair, are told in `damage` and left out.
 *
 * @throws {DataError} `hta-folder` if `folder` cannot be listed, or is itself that of a metric
 * @throws the reason of `signal`
 */
export async function readHtaArchive(folder: string, options: HtaArchiveOptions = {}): Promise<HtaArchive> {
  const report = new HtaDamageReport()
  const found = await findMetricFolders(folder, report, options)
  const metrics: HtaMetric[] = []
  const names = found.sort((a, b) => (a < b ? -1 : 1)).values()
  const work = async (): Promise<void> => {
    for (const name of names) {
      options.signal?.throwIfAborted()
      const metric = await readMetric(name, join(folder, name), report)
      if (metric) metrics.push(metric)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  metrics.sort((a, b) => (a.name < b.name ? -1 : 1))
  return { folder, metrics, damage: report.entries }
}

async function findMetricFolders(
  folder: string,
  report: HtaDamageReport,
  { select = () => true, signal }: HtaArchiveOptions,
): Promise<string[]> {
  const found: string[] = []
  const walk = async (name: string, above: readonly string[]): Promise<void> => {
    signal?.throwIfAborted()
    const path = join(folder, name)
    if (BACKUP.test(name)) return report.add("backup", path, 0)
    try {
      const real = await realpath(path)
      // A link to a folder above would lead round in a circle.
      if (above.includes(real)) return
      const { files, folders } = await list(path)
      const isMetric = files.some((file) => file.endsWith(".hta"))
      if (isMetric && name === "")
        throw new DataError("hta-folder", `${folder} is the folder of one metric: name the one it is in`)
      if (isMetric && select(name)) found.push(name)
      for (const each of folders) await walk(name === "" ? each : `${name}/${each}`, [...above, real])
    } catch (error) {
      if (!isSystemError(error)) throw error
      if (name === "")
        throw new DataError("hta-folder", `${folder} cannot be listed: ${error.message}`, { cause: error })
      report.add("unreadable", path, 0, 1, error.message)
    }
  }
  await walk("", [])
  return found
}

/** Names of the files and the folders in a folder, links being what they lead to. */
async function list(path: string): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = []
  const folders: string[] = []
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const target = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => undefined) : entry
    if (target?.isDirectory()) folders.push(entry.name)
    else if (target?.isFile()) files.push(entry.name)
  }
  return { files, folders }
}

async function readMetric(name: string, folder: string, report: HtaDamageReport): Promise<HtaMetric | undefined> {
  const file = join(folder, RAW_FILE)
  try {
    const { header, sizeBytes, modifiedMs } = await readHtaHeader(file)
    if (header.intervalNs !== 0n) throw new DataError("hta-header", `${file}: by its header it holds rows, not points`)
    const metric = new HtaMetric({ name, folder, file, sizeBytes, modifiedMs, header })
    checkParameters(metric, report)
    return metric
  } catch (error) {
    if (error instanceof DataError) report.add("header", file, 0, 1, error.message)
    else if (!isSystemError(error)) throw error
    else if (error.code === "ENOENT") report.add("missing-raw", folder, 0)
    else report.add("unreadable", file, 0, 1, error.message)
    return undefined
  }
}

function checkParameters(metric: HtaMetric, report: HtaDamageReport): void {
  try {
    void metric.parameters
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    report.add("parameters", metric.file, 0, 1, error.message)
  }
}

/**
 * Read the header of a file of an archive, and what the system knows of it.
 *
 * @throws {DataError} as `decodeHtaHeader`
 */
export async function readHtaHeader(
  file: string,
): Promise<{ header: HtaHeader; sizeBytes: number; modifiedMs: number }> {
  const handle = await open(file, "r")
  try {
    const { size, mtimeMs } = await handle.stat()
    const bytes = new Uint8Array(HTA_HEADER_BYTES)
    const { bytesRead } = await handle.read(bytes, 0, HTA_HEADER_BYTES, 0)
    const header = decodeHtaHeader(bytes.subarray(0, bytesRead), file)
    return { header, sizeBytes: size, modifiedMs: mtimeMs }
  } finally {
    await handle.close()
  }
}

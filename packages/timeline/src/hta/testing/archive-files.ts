import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Columns } from "@metricq/protocol"
import { encodeHtaHeader } from "../hta-header.js"
import type { NaivePoint, NaiveRow } from "./naive-rows.js"

/** Four metrics as the original's database has left them, recorded with the answers in `history-db-hta.json`. */
export const recordedArchive = fileURLToPath(new URL("../../../fixtures/hta-archive", import.meta.url))

/** All files below a folder with their content, by path. */
export async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(path.slice(folder.length + 1), await readFile(path))
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Bytes of a raw file with these records, whatever they are, with rows from 10 ns (but 1 μs at least is what the store takes). */
export function rawFile(points: readonly NaivePoint[], intervalMinNs = 10_000n, intervalMaxNs = 1_000_000n): Buffer {
  const header = encodeHtaHeader({ intervalNs: 0n, intervalMinNs, intervalFactor: 10n, intervalMaxNs })
  const records = Buffer.alloc(16 * points.length)
  for (const [index, [timeNs, value]] of points.entries()) {
    records.writeBigInt64LE(timeNs, 16 * index)
    records.writeDoubleLE(value, 16 * index + 8)
  }
  return Buffer.concat([header, records])
}

/** Write `raw.hta` of a metric and give its path. */
export async function writeRaw(archive: string, metric: string, bytes: Uint8Array): Promise<string> {
  await mkdir(join(archive, metric), { recursive: true })
  const path = join(archive, metric, "raw.hta")
  await writeFile(path, bytes)
  return path
}

/** The rows in the bytes of a level file. */
export function rowsOf(bytes: Buffer): NaiveRow[] {
  const rows: NaiveRow[] = []
  for (let at = 80; at < bytes.length; at += 56) {
    rows.push({
      startNs: bytes.readBigInt64LE(at),
      minimum: bytes.readDoubleLE(at + 8),
      maximum: bytes.readDoubleLE(at + 16),
      sum: bytes.readDoubleLE(at + 24),
      count: Number(bytes.readBigUInt64LE(at + 32)),
      integral: bytes.readDoubleLE(at + 40),
      activeNs: bytes.readBigInt64LE(at + 48),
    })
  }
  return rows
}

/** Points as columns. */
export function columnsOf(points: readonly NaivePoint[]): Columns {
  return {
    times: BigInt64Array.from(points, ([timeNs]) => timeNs),
    values: Float64Array.from(points, ([, value]) => value),
  }
}

/** Columns as points. */
export function pointsOf({ times, values }: Columns): NaivePoint[] {
  return Array.from(times, (timeNs, index) => [timeNs, values[index]!] as const)
}

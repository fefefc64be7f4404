import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { type Disk, nodeDisk, readFile, replaceFile } from "@metricq/files"
import { CATALOG_FILES } from "../catalog/catalog-log.js"
import { type Manifest, readManifest, writeManifest } from "../catalog/manifest.js"
import { StorageError } from "../errors.js"
import { journalNumber } from "../journal/journal-file.js"
import { Pace } from "../query/pace.js"
import { scanBlocks } from "../segment/scan-blocks.js"
import { SEGMENT_FOOTER_BYTES, SEGMENT_HEADER_BYTES, segmentName } from "../segment/segment-index.js"
import { storageFailure } from "../storage-failure.js"
import { type BackupOptions, copyFile } from "./backup.js"
import { lockFolder } from "./open-folder.js"

/**
 * Copy a backup to a folder that is empty or missing; every block is checked on the way. The copy is a store of its own: its backups go to
 * a folder of their own.
 *
 * @throws {StorageError} `damaged` naming the file of the backup, `format` for a folder that is none or one that is not empty, as the disk fails
 */
export async function restoreStore(
  disk: Disk,
  backup: string,
  folder: string,
  options: Pick<BackupOptions, "onProgress" | "signal">,
): Promise<void> {
  try {
    const found = await readManifest(disk, backup)
    if (!found) throw new StorageError("format", `${backup} is no backup`)
    await disk.makeFolder(folder)
    if ((await disk.list(folder)).length > 0) throw new StorageError("format", `${folder} is not empty`)
    const lock = disk === nodeDisk ? lockFolder(folder) : undefined
    try {
      await copyBackup(disk, backup, folder, found.manifest, options)
    } finally {
      lock?.release()
    }
  } catch (cause) {
    throw storageFailure(`cannot restore ${backup} to ${folder}`, cause)
  }
}

/** The manifest last, so that half a copy is no store. There are journals if somebody has opened the backup as a store. */
async function copyBackup(
  disk: Disk,
  backup: string,
  folder: string,
  manifest: Manifest,
  options: Pick<BackupOptions, "onProgress" | "signal">,
): Promise<void> {
  const pace = new Pace(options.signal)
  const bytes = manifest.segments.reduce((sum, segment) => sum + segment.bytes, 0)
  let doneBytes = 0
  for (const segment of manifest.segments) {
    const name = segmentName(segment.number)
    const progress = (count: number) => options.onProgress?.(doneBytes + count, bytes)
    await copyFile(disk, join(backup, name), join(folder, name), pace, progress)
    await checkSegment(disk, join(folder, name), join(backup, name), segment.bytes, pace)
    doneBytes += segment.bytes
    options.onProgress?.(doneBytes, bytes)
  }
  await disk.syncFolder(folder)
  for (const name of CATALOG_FILES) {
    const catalog = await readFile(disk, join(backup, name))
    if (catalog) await replaceFile(disk, join(folder, name), catalog)
  }
  for (const name of await disk.list(backup)) {
    if ((journalNumber(name) ?? 0) < manifest.journal) continue
    await copyFile(disk, join(backup, name), join(folder, name), pace, () => {})
  }
  await writeManifest(disk, folder, { ...manifest, store: randomUUID(), backup: false })
}

async function checkSegment(disk: Disk, path: string, source: string, bytes: number, pace: Pace): Promise<void> {
  const file = await disk.open(path, "read")
  try {
    if ((await file.size()) !== bytes) throw new StorageError("damaged", `${source} is not of its full length`)
    const onDamage = (position: number, count: number) => {
      throw new StorageError("damaged", `${source}: ${count} bytes at ${position} are damaged`)
    }
    for await (const _ of scanBlocks(file, SEGMENT_HEADER_BYTES, bytes - SEGMENT_FOOTER_BYTES, onDamage)) {
      await pace.step()
    }
  } finally {
    await file.close()
  }
}

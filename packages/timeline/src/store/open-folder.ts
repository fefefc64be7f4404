import { join } from "node:path"
import { type Disk, FolderInUse, FolderLock } from "@metricq/files"
import { CATALOG_FILES } from "../catalog/catalog-log.js"
import { type FoundManifest, MANIFEST_FILES, newManifest, readManifest, writeManifest } from "../catalog/manifest.js"
import { upgraded } from "../catalog/upgrade.js"
import { StorageError } from "../errors.js"
import { journalNumber } from "../journal/journal-file.js"
import { segmentNumber } from "../segment/segment-index.js"
import { storageFailure } from "../storage-failure.js"

/**
 * Take a folder for this process.
 *
 * @throws {StorageError} `in-use` naming who has it
 */
export function lockFolder(folder: string, takeOver = false): FolderLock {
  try {
    return new FolderLock(folder, { takeOver })
  } catch (cause) {
    if (cause instanceof FolderInUse) throw new StorageError("in-use", cause.message, { cause })
    throw storageFailure(`cannot lock ${folder}`, cause)
  }
}

/** What a folder holds. */
export interface OpenedFolder extends FoundManifest {
  /** Numbers of the live journals, ascending. */
  readonly journals: readonly number[]
}

/**
 * Read what counts in a folder, begin a store where there is none, and remove files that are left over.
 *
 * @throws {StorageError} `damaged` without a manifest or a segment that it lists; `format` for a newer version
 */
export async function openFolder(disk: Disk, folder: string): Promise<OpenedFolder> {
  try {
    const names = await disk.list(folder)
    const found = (await readManifest(disk, folder)) ?? (await begin(disk, folder, names))
    const manifest = await upgraded(disk, folder, found.manifest)
    const live = new Set(manifest.segments.map(({ number }) => number))
    const journals: number[] = []
    for (const name of names) {
      const journal = journalNumber(name)
      const segment = segmentNumber(name)
      if (journal !== undefined && journal >= manifest.journal) journals.push(journal)
      else if (journal !== undefined || (segment !== undefined && !live.has(segment)) || isDraft(name)) {
        await disk.remove(join(folder, name)).catch(() => {}) // a later start has another try
      }
    }
    checkComplete(folder, live, names)
    return { manifest, damaged: found.damaged, journals: journals.sort((a, b) => a - b) }
  } catch (cause) {
    throw storageFailure(`cannot open ${folder}`, cause)
  }
}

async function begin(disk: Disk, folder: string, names: readonly string[]): Promise<FoundManifest> {
  if (names.some((name) => segmentNumber(name) !== undefined)) {
    throw new StorageError("damaged", `${folder} has segments, but no manifest that says which of them count`)
  }
  const manifest = newManifest()
  await writeManifest(disk, folder, manifest)
  return { manifest, damaged: [] }
}

function checkComplete(folder: string, live: ReadonlySet<number>, names: readonly string[]): void {
  const present = new Set(names.map(segmentNumber))
  const missing = [...live].filter((number) => !present.has(number))
  if (missing.length > 0) throw new StorageError("damaged", `${folder}: segments ${missing.join(", ")} are missing`)
}

/** Left by a crash while a file was replaced. */
function isDraft(name: string): boolean {
  return [...MANIFEST_FILES, ...CATALOG_FILES].some((file) => name === `${file}.new`)
}

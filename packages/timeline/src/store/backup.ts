import { join } from "node:path"
import { type Disk, draftOf, readFully, replaceFile, writeFully } from "@metricq/files"
import { CATALOG_FILES, catalogBytes } from "../catalog/catalog-log.js"
import { type Manifest, readManifest, writeManifest } from "../catalog/manifest.js"
import { StorageError } from "../errors.js"
import { journalNumber } from "../journal/journal-file.js"
import { Pace } from "../query/pace.js"
import { isSegmentDraft, segmentName, segmentNumber } from "../segment/segment-index.js"
import { storageFailure } from "../storage-failure.js"
import { lockFolder } from "./open-folder.js"
import type { Store } from "./store.js"

const COPY_BYTES = 1 << 20

/** How a backup is made. */
export interface BackupOptions {
  /** Let segments share the space of those of the store where both are on one disk; default true. False: always copy. */
  readonly link?: boolean
  /** Called now and then with the bytes that are done, and all. */
  readonly onProgress?: (doneBytes: number, allBytes: number) => void
  readonly signal?: AbortSignal
}

/** What a backup did. */
export interface BackupReport {
  readonly segments: number
  /** Bytes of all segments, and of those that had to be copied or linked now. */
  readonly bytes: number
  readonly newBytes: number
}

/**
 * Write what is in segments to a folder, from which it can be opened or restored. Segments that are there from an earlier backup are not
 * written again.
 *
 * @throws {StorageError} `format` if the folder has a backup of another store; `in-use`; as the disk fails, and then the earlier backup,
 * if there was one, still counts
 */
export async function backupStore(store: Store, target: string, options: BackupOptions): Promise<BackupReport> {
  const { disk, lock } = store.options
  const { state, manifest } = store.ledger
  const catalog = catalogBytes(store.catalog)
  state.enter()
  try {
    await disk.makeFolder(target)
    const held = lock ? lockFolder(target) : undefined
    try {
      return await new Backup(disk, store.folder, target, options).run(manifest, catalog)
    } finally {
      held?.release()
    }
  } catch (cause) {
    throw storageFailure(`cannot write a backup to ${target}`, cause)
  } finally {
    state.leave()
  }
}

class Backup {
  readonly #disk: Disk
  readonly #source: string
  readonly #target: string
  readonly #options: BackupOptions
  readonly #pace: Pace

  constructor(disk: Disk, source: string, target: string, options: BackupOptions) {
    this.#disk = disk
    this.#source = source
    this.#target = target
    this.#options = options
    this.#pace = new Pace(options.signal)
  }

  async run(manifest: Manifest, catalog: Uint8Array): Promise<BackupReport> {
    const generation = await this.#checkTarget(manifest)
    const bytes = manifest.segments.reduce((sum, segment) => sum + segment.bytes, 0)
    let doneBytes = 0
    let newBytes = 0
    for (const segment of manifest.segments) {
      const name = segmentName(segment.number)
      if ((await this.#disk.size(join(this.#target, name))) !== segment.bytes) {
        await this.#write(name, (count) => this.#options.onProgress?.(doneBytes + count, bytes))
        newBytes += segment.bytes
      }
      doneBytes += segment.bytes
      this.#options.onProgress?.(doneBytes, bytes)
    }
    await this.#disk.syncFolder(this.#target)
    for (const name of CATALOG_FILES) await replaceFile(this.#disk, join(this.#target, name), catalog)
    await writeManifest(this.#disk, this.#target, { ...manifest, generation, backup: true })
    await this.#removeOthers(manifest)
    return { segments: manifest.segments.length, bytes, newBytes }
  }

  /** Returns the generation for the next manifest there. */
  async #checkTarget(manifest: Manifest): Promise<number> {
    const found = await readManifest(this.#disk, this.#target)
    if (found && (found.manifest.store !== manifest.store || !found.manifest.backup)) {
      throw new StorageError("format", `${this.#target} has another store, or a backup of one`)
    }
    if (!found && (await this.#disk.list(this.#target)).some((name) => segmentNumber(name) !== undefined)) {
      throw new StorageError("format", `${this.#target} has segments, but nothing says of which store`)
    }
    return Math.max(manifest.generation, (found?.manifest.generation ?? 0) + 1)
  }

  /** Under another name first, so that no half of a segment is taken for a whole one. */
  async #write(name: string, onProgress: (bytes: number) => void): Promise<void> {
    const from = join(this.#source, name)
    const to = join(this.#target, name)
    const draft = draftOf(to)
    await this.#disk.remove(draft)
    if (this.#options.link === false || !(await this.#tryLink(from, draft))) {
      await copyFile(this.#disk, from, draft, this.#pace, onProgress)
    }
    await this.#disk.rename(draft, to)
  }

  /** False where that cannot be: another disk, or one that knows no links. */
  async #tryLink(from: string, to: string): Promise<boolean> {
    try {
      await this.#disk.link(from, to)
      return true
    } catch {
      return false
    }
  }

  async #removeOthers({ segments }: Manifest): Promise<void> {
    const live = new Set(segments.map(({ number }) => segmentName(number)))
    for (const name of await this.#disk.list(this.#target)) {
      // Journals are there if somebody has opened it as a store.
      const isLeftOver =
        journalNumber(name) !== undefined ||
        isSegmentDraft(name) ||
        (segmentNumber(name) !== undefined && !live.has(name))
      if (isLeftOver) await this.#disk.remove(join(this.#target, name))
    }
  }
}

/** Copy a file and make the copy safe, but for its name. */
export async function copyFile(
  disk: Disk,
  from: string,
  to: string,
  pace: Pace,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const source = await disk.open(from, "read")
  try {
    const target = await disk.open(to, "create")
    try {
      const buffer = new Uint8Array(COPY_BYTES)
      for (let at = 0; ; ) {
        const count = await readFully(source, buffer, at)
        if (count === 0) break
        await writeFully(target, buffer.subarray(0, count), at)
        at += count
        onProgress(at)
        await pace.step()
      }
      await target.sync()
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

import { join } from "node:path"
import { type Disk, type DiskFile, readFile, replaceFile, writeFully } from "@metricq/files"
import { StorageError } from "../errors.js"
import { storageFailure } from "../storage-failure.js"
import type { Catalog, CatalogRecord } from "./catalog.js"
import { checkedLine, checkedLines } from "./checked-line.js"

const FORMAT = "metricq-timeline-catalog"
const VERSION = 1

const LINE_FEED = 0x0a

/** So many records that say nothing any more are no reason to make the log anew. */
const KEPT_GARBAGE = 100

/** The two copies: what is damaged in one is read from the other. */
export const CATALOG_FILES = ["catalog", "catalog.mirror"] as const

/** First line of the log. */
interface Head {
  readonly format: string
  readonly version: number
  /** Counts how often the log was made anew. */
  readonly generation: number
  /** Number of the next metric when that was; those below have been given. */
  readonly next: number
}

interface Copy {
  readonly generation: number
  readonly next: number
  readonly records: readonly CatalogRecord[]
  readonly size: number
  /** Lines that are damaged. */
  readonly lost: number
  /** The last line is cut off: it had not been acknowledged. */
  readonly isCut: boolean
}

/** What the log has lost. */
export interface CatalogDamage {
  readonly file: string
  readonly lines: number
}

/** The catalog on disk: a line for each change, in two files that say the same. Calls must not overlap. */
export class CatalogLog {
  readonly #disk: Disk
  readonly #folder: string
  readonly #catalog: Catalog
  /** Says whether the disk still has points of a deleted metric, so that its number must be remembered. */
  isUsed: (number: number) => boolean = () => true
  #generation = 0
  #files: DiskFile[] = []
  #end = 0
  /** The files must be made anew before they can be appended to. */
  #isStale = true
  #pending: CatalogRecord[] = []

  constructor(disk: Disk, folder: string, catalog: Catalog) {
    this.#disk = disk
    this.#folder = folder
    this.#catalog = catalog
  }

  /** Whether there are records that have not been written. */
  get isPending(): boolean {
    return this.#pending.length > 0
  }

  /**
   * Read both copies into the catalog; returns what is damaged.
   *
   * @throws {StorageError} `format` for a catalog of a newer version
   */
  async load(): Promise<CatalogDamage[]> {
    const copies: Copy[] = []
    for (const name of CATALOG_FILES) {
      const path = join(this.#folder, name)
      const bytes = await readFile(this.#disk, path)
      copies.push(readCopy(path, bytes ?? new Uint8Array()))
    }
    this.#generation = Math.max(...copies.map(({ generation }) => generation))
    const records = new Map<number, CatalogRecord>()
    for (const { generation, next, records: found } of copies) {
      this.#catalog.avoid(next - 1)
      // One that has lost its first line may be of this generation.
      if (generation > 0 && generation < this.#generation) continue
      for (const record of found) records.set(record.n, record)
    }
    for (const record of [...records.values()].sort((a, b) => a.n - b.n)) this.#catalog.apply(record)
    const [first, second] = copies as [Copy, Copy]
    const isGood = ({ generation, lost, isCut }: Copy) => lost === 0 && !isCut && generation === this.#generation
    const isWorthwhile = records.size <= 2 * this.#catalog.size + KEPT_GARBAGE
    if (this.#generation > 0 && isGood(first) && isGood(second) && first.size === second.size && isWorthwhile) {
      await this.#open(first.size)
    }
    return copies.flatMap(({ lost }, i) => (lost > 0 ? [{ file: CATALOG_FILES[i]!, lines: lost }] : []))
  }

  /** Take a change, to be written with the next `write`. */
  add(record: CatalogRecord): void {
    this.#pending.push(record)
  }

  /**
   * Write what has been added; resolves when it is safe.
   *
   * @throws {StorageError} if it is not; then it is tried again with the next call
   */
  async write(): Promise<void> {
    const count = this.#pending.length
    if (count === 0) return
    try {
      if (this.#isStale) await this.#makeAnew()
      else await this.#append(this.#pending.map(checkedLine).join(""))
      this.#pending = this.#pending.slice(count)
    } catch (cause) {
      throw storageFailure(`cannot write the catalog in ${this.#folder}`, cause)
    }
  }

  async close(): Promise<void> {
    const files = this.#files
    this.#files = []
    this.#isStale = true
    for (const file of files) await file.close().catch(() => {}) // everything in it has been synced
  }

  /** The same bytes at the same place of both; after a failure they are written there again, with more behind them. */
  async #append(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text)
    for (const file of this.#files) await writeFully(file, bytes, this.#end)
    await Promise.all(this.#files.map((file) => file.sync()))
    this.#end += bytes.length
  }

  async #makeAnew(): Promise<void> {
    await this.close()
    const generation = this.#generation + 1
    const bytes = catalogBytes(this.#catalog, this.isUsed, generation)
    for (const name of CATALOG_FILES) await replaceFile(this.#disk, join(this.#folder, name), bytes)
    this.#generation = generation
    await this.#open(bytes.length)
  }

  async #open(end: number): Promise<void> {
    for (const name of CATALOG_FILES) this.#files.push(await this.#disk.open(join(this.#folder, name), "change"))
    this.#end = end
    this.#isStale = false
  }
}

/** The whole catalog as a log. */
export function catalogBytes(
  catalog: Catalog,
  isUsed: (number: number) => boolean = () => true,
  generation = 1,
): Uint8Array {
  const head: Head = { format: FORMAT, version: VERSION, generation, next: catalog.nextNumber }
  return new TextEncoder().encode([head, ...catalog.records(isUsed)].map(checkedLine).join(""))
}

function readCopy(path: string, bytes: Uint8Array): Copy {
  let head: Head | undefined
  let lost = 0
  const records: CatalogRecord[] = []
  for (const value of checkedLines(bytes)) {
    if (value === undefined) lost++
    else if (!isHead(value)) records.push(value as CatalogRecord)
    else if (value.version <= VERSION) head = value
    else throw new StorageError("format", `${path} is of version ${value.version} of the catalog, which is newer`)
  }
  const isCut = bytes.length > 0 && bytes[bytes.length - 1] !== LINE_FEED
  if (isCut) lost--
  return { generation: head?.generation ?? 0, next: head?.next ?? 1, records, size: bytes.length, lost, isCut }
}

function isHead(value: unknown): value is Head {
  return (value as { format?: unknown }).format === FORMAT
}

import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { type Disk, readFile, replaceFile } from "@metricq/files"
import { StorageError } from "../errors.js"
import { storageFailure } from "../storage-failure.js"
import { checkedLine, readCheckedLine } from "./checked-line.js"

const FORMAT = "metricq-timeline"

/** Version of the folder. */
export const FOLDER_VERSION = 1

/** Name and version of the format in which the folder is kept. */
export const timelineFormat = `${FORMAT} ${FOLDER_VERSION}`

/** The two copies: the first decides, and what is damaged is read from the other. */
export const MANIFEST_FILES = ["manifest", "manifest.mirror"] as const

/** A live segment. */
export interface SegmentListing {
  readonly number: number
  readonly sequence: number
  readonly bytes: number
  /** Places of its runs that count no longer, as ranges: `0-5,9`. */
  readonly dead: string
}

/** What of a folder counts. Files of ours that are not listed are left over. */
export interface Manifest {
  readonly format: string
  readonly version: number
  /** Tells this store from others, also in its backups. */
  readonly store: string
  /** True of a backup. Whoever opens it as a store makes it one of its own. */
  readonly backup?: boolean
  /** Counts the manifests. */
  readonly generation: number
  /** The next segment gets this number, or a greater one. */
  readonly nextSegment: number
  /** Journals from this number on are live. */
  readonly journal: number
  readonly segments: readonly SegmentListing[]
  /** Points that were overruled by a later one of the same time and another value, as far as segments know. */
  readonly conflicts: number
}

/** That of a store without anything. */
export function newManifest(): Manifest {
  return {
    format: FORMAT,
    version: FOLDER_VERSION,
    store: randomUUID(),
    generation: 0,
    nextSegment: 1,
    journal: 1,
    segments: [],
    conflicts: 0,
  }
}

/** A manifest as it was found, and which copies of it are damaged or missing. */
export interface FoundManifest {
  readonly manifest: Manifest
  readonly damaged: readonly string[]
}

/**
 * Read the manifest of a folder; undefined if there is none.
 *
 * @throws {StorageError} `damaged` if both copies are; `format` for one of a newer version, or of something else
 */
export async function readManifest(disk: Disk, folder: string): Promise<FoundManifest | undefined> {
  const damaged: string[] = []
  let newest: Manifest | undefined
  let missing = 0
  for (const name of MANIFEST_FILES) {
    const path = join(folder, name)
    const bytes = await readFile(disk, path)
    const manifest = bytes && decodeManifest(path, bytes)
    if (!manifest) damaged.push(name)
    if (!bytes) missing++
    if (manifest && (!newest || manifest.generation > newest.generation)) newest = manifest
  }
  if (newest) return { manifest: newest, damaged }
  if (missing === MANIFEST_FILES.length) return undefined
  throw new StorageError("damaged", `${folder}: both copies of the manifest are damaged`)
}

function decodeManifest(path: string, bytes: Uint8Array): Manifest | undefined {
  const end = bytes.indexOf(0x0a)
  const value = end === bytes.length - 1 ? (readCheckedLine(bytes.subarray(0, end)) as Manifest | undefined) : undefined
  if (value === undefined) return undefined
  if (value.format !== FORMAT) throw new StorageError("format", `${path} is no manifest of a timeline store`)
  if (value.version > FOLDER_VERSION) {
    throw new StorageError("format", `${path} is of version ${value.version} of the store, which is newer`)
  }
  return value
}

/**
 * Write both copies; resolves when they are safe.
 *
 * @throws {StorageError} if they are not; then it is unknown which manifest counts, and no file of either may be removed
 */
export async function writeManifest(disk: Disk, folder: string, manifest: Manifest): Promise<void> {
  const bytes = new TextEncoder().encode(checkedLine(manifest))
  try {
    for (const name of MANIFEST_FILES) await replaceFile(disk, join(folder, name), bytes)
  } catch (cause) {
    throw storageFailure(`cannot write the manifest in ${folder}`, cause)
  }
}

/** Numbers, ascending, as ranges. */
export function rangesOf(numbers: Iterable<number>): string {
  const ranges: string[] = []
  let first = -1
  let last = -2
  const close = () => {
    if (first >= 0) ranges.push(first === last ? `${first}` : `${first}-${last}`)
  }
  for (const number of numbers) {
    if (number !== last + 1) {
      close()
      first = number
    }
    last = number
  }
  close()
  return ranges.join(",")
}

/** What {@link rangesOf} was given. */
export function* numbersOf(ranges: string): Generator<number> {
  if (ranges === "") return
  for (const range of ranges.split(",")) {
    const [first, last = first] = range.split("-").map(Number) as [number, number?]
    for (let number = first; number <= last; number++) yield number
  }
}

import { join } from "node:path"
import type { Disk } from "@metricq/files"
import { type Manifest, numbersOf, rangesOf, type SegmentListing, writeManifest } from "../catalog/manifest.js"
import { journalName, journalNumber } from "../journal/journal-file.js"
import type { Segment } from "../segment/segment.js"
import { storageFailure } from "../storage-failure.js"
import { type LiveSegment, StoreState } from "./store-state.js"

/** What is to become different, all at once. */
export interface LedgerChange {
  readonly add?: readonly Segment[]
  readonly remove?: readonly Segment[]
  /** Places of runs that count no longer. */
  readonly dead?: ReadonlyMap<Segment, Iterable<number>>
  /** Journals before this one are done with. */
  readonly journal?: number
  /** Conflicts that have been found meanwhile. */
  readonly conflicts?: number
}

/**
 * What of the folder counts: on the disk as the manifest, in memory as a state for readers. Both change together, once the manifest is safe;
 * files that count no longer are removed then.
 */
export class Ledger {
  readonly #disk: Disk
  readonly #folder: string
  readonly #onRemoved: (segment: Segment) => void
  #manifest: Manifest
  #generation: number
  #state: StoreState
  /** Files of changes that failed: whether the manifest on the disk names them is unknown until the next one is safe. */
  #leftOver: string[] = []
  #tail: Promise<unknown> = Promise.resolve()
  #nextSegment: number

  /** @param onRemoved called with each segment before its file is removed */
  constructor(
    disk: Disk,
    folder: string,
    manifest: Manifest,
    segments: readonly Segment[],
    onRemoved: (segment: Segment) => void,
  ) {
    this.#disk = disk
    this.#folder = folder
    this.#onRemoved = onRemoved
    this.#manifest = manifest
    this.#generation = manifest.generation
    this.#nextSegment = manifest.nextSegment
    const dead = new Map(manifest.segments.map((listing) => [listing.number, listing.dead]))
    const live = segments.map((segment) => ({ segment, dead: new Set(numbersOf(dead.get(segment.number) ?? "")) }))
    this.#state = new StoreState(live, (segment) => this.#remove(segment))
  }

  /** What readers see. */
  get state(): StoreState {
    return this.#state
  }

  get manifest(): Manifest {
    return this.#manifest
  }

  /** A number for another segment. */
  nextSegment(): number {
    return this.#nextSegment++
  }

  /**
   * Change what counts; resolves when that is safe. Changes are made one after the other.
   *
   * @param onDone called at the very moment at which readers see the change
   * @throws {StorageError} as the disk fails; then nothing has changed, and the files of added segments must stay
   */
  commit(change: LedgerChange, onDone?: () => void): Promise<void> {
    const committed = this.#tail.then(() => this.#commit(change, onDone))
    this.#tail = committed.catch(() => {})
    return committed
  }

  /** Resolves when no change is under way. */
  async settled(): Promise<void> {
    await this.#tail
  }

  async #commit(change: LedgerChange, onDone: (() => void) | undefined): Promise<void> {
    const segments = changedSegments(this.#state.segments, change)
    this.#generation++
    const manifest: Manifest = {
      ...this.#manifest,
      generation: this.#generation,
      nextSegment: this.#nextSegment,
      journal: change.journal ?? this.#manifest.journal,
      segments: segments.map(listingOf),
      conflicts: this.#manifest.conflicts + (change.conflicts ?? 0),
    }
    try {
      // The names of new segments must not be less safe than the manifest that lists them.
      if (change.add?.length) await this.#disk.syncFolder(this.#folder)
      await writeManifest(this.#disk, this.#folder, manifest)
    } catch (error) {
      this.#leftOver.push(...(change.add ?? []).map(({ path }) => path))
      throw storageFailure(`cannot write the manifest in ${this.#folder}`, error)
    }
    const before = this.#state
    this.#manifest = manifest
    this.#state = new StoreState(segments, (segment) => this.#remove(segment), before)
    onDone?.()
    before.leave()
    for (const path of this.#leftOver.splice(0)) await this.#removeFile(path)
    if (change.journal !== undefined) await this.#removeJournals(change.journal)
  }

  #remove(segment: Segment): void {
    this.#onRemoved(segment)
    void this.#removeFile(segment.path)
  }

  async #removeJournals(before: number): Promise<void> {
    const names = await this.#disk.list(this.#folder).catch(() => [])
    for (const name of names) {
      const number = journalNumber(name)
      if (number !== undefined && number < before) await this.#removeFile(join(this.#folder, journalName(number)))
    }
  }

  /** What cannot be removed now is removed at the next start. */
  async #removeFile(path: string): Promise<void> {
    await this.#disk.remove(path).catch(() => {})
  }
}

function changedSegments(segments: readonly LiveSegment[], change: LedgerChange): LiveSegment[] {
  const removed = new Set(change.remove)
  const changed: LiveSegment[] = []
  for (const live of segments) {
    const { segment } = live
    if (removed.has(segment)) continue
    const more = change.dead?.get(segment)
    const dead = more ? new Set([...live.dead, ...more]) : live.dead
    if (dead.size < segment.runs.length) changed.push(more ? { segment, dead } : live)
  }
  for (const segment of change.add ?? []) changed.push({ segment, dead: new Set() })
  return changed
}

function listingOf({ segment, dead }: LiveSegment): SegmentListing {
  const numbers = [...dead].sort((a, b) => a - b)
  const { number, sequence, bytes } = segment
  return { number, sequence, bytes, dead: rangesOf(numbers) }
}

import type { FolderLock } from "@metricq/files"
import { Catalog } from "../catalog/catalog.js"
import { CatalogLog } from "../catalog/catalog-log.js"
import type { Manifest } from "../catalog/manifest.js"
import { Heads } from "../head/heads.js"
import { replayJournals } from "../journal/journal-reader.js"
import { JournalWriter } from "../journal/journal-writer.js"
import type { RecordReader } from "../journal/record.js"
import type { Words } from "../journal/words.js"
import { defaultLevelParameters } from "../level-parameters.js"
import { BlockCache } from "../segment/block-cache.js"
import { OpenFiles } from "../segment/open-files.js"
import { recoverSegment } from "../segment/recover-segment.js"
import { openSegment, type Segment, type SegmentContext } from "../segment/segment.js"
import { segmentName } from "../segment/segment-index.js"
import { DamageLog } from "./damage-log.js"
import { Ledger } from "./ledger.js"
import { openFolder } from "./open-folder.js"
import type { StoreOptions } from "./options.js"

/** What a store consists of. */
export interface StoreParts {
  readonly folder: string
  readonly options: StoreOptions
  readonly lock: FolderLock | undefined
  readonly catalog: Catalog
  readonly log: CatalogLog
  readonly context: SegmentContext
  readonly ledger: Ledger
  /** What the journals have. */
  readonly heads: Heads
  readonly journal: JournalWriter
  /** Deleted metrics of which the journals have points. */
  readonly deleted: Set<number>
  readonly journalBytes: number
  readonly damage: DamageLog
}

/**
 * Read everything a folder has; damage is passed over and noted.
 *
 * @throws {StorageError} see `Timeline.open`
 */
export async function openParts(
  folder: string,
  options: StoreOptions,
  lock: FolderLock | undefined,
): Promise<StoreParts> {
  const { disk } = options
  const damage = new DamageLog()
  const { manifest, damaged, journals } = await openFolder(disk, folder)
  for (const file of damaged) damage.add(`${file} is damaged; the other copy is read`)
  const catalog = new Catalog()
  const log = new CatalogLog(disk, folder, catalog)
  for (const { file, lines } of await log.load()) damage.add(`${file}: ${lines} lines are damaged`)
  const context = newContext(folder, options, catalog)
  const segments = await openSegments(context, manifest, damage)
  for (const { runs } of segments) catalog.avoid(runs.metric[runs.length - 1] ?? 0)
  const ledger = new Ledger(disk, folder, manifest, segments, ({ path }) => context.files.forget(path))
  const heads = newHeads(Math.max(0, ...segments.map(({ sequence }) => sequence)) + 1, catalog)
  const deleted = new Set<number>()
  const replay = await replayJournals(disk, folder, journals, new Replayed(heads, catalog, deleted))
  for (const { file, position, bytes } of replay.damage)
    damage.add(`${file}: ${bytes} bytes at ${position} are damaged`)
  const nextJournal = Math.max(manifest.journal, (journals.at(-1) ?? 0) + 1)
  const journal = new JournalWriter(disk, folder, nextJournal, replay.lastFrame + 1)
  const journalBytes = replay.bytes
  return { folder, options, lock, catalog, log, context, ledger, heads, journal, deleted, journalBytes, damage }
}

/** Heads that pass over points of metrics that have been deleted. */
export function newHeads(sequence: number, catalog: Catalog): Heads {
  return new Heads(sequence, (metric) => !catalog.isDeleted(metric))
}

function newContext(folder: string, { disk, cacheBytes, tuning }: StoreOptions, catalog: Catalog): SegmentContext {
  return {
    disk,
    folder,
    files: new OpenFiles(disk),
    cache: new BlockCache(cacheBytes),
    tuning,
    parametersOf: (metric) => catalog.byNumber(metric)?.parameters ?? defaultLevelParameters,
  }
}

async function openSegments(context: SegmentContext, manifest: Manifest, damage: DamageLog): Promise<Segment[]> {
  const segments: Segment[] = []
  for (const { number, sequence } of manifest.segments) {
    const segment = await openSegment(context, number)
    if (!segment) damage.add(`${segmentName(number)}: the index is damaged; it is made anew of the rest`)
    segments.push(segment ?? (await recoverSegment(context, number, sequence)))
  }
  return segments
}

/** Takes what the journal has: numbers that it knows are never given again. */
class Replayed implements RecordReader {
  readonly #heads: Heads
  readonly #catalog: Catalog
  readonly #deleted: Set<number>

  constructor(heads: Heads, catalog: Catalog, deleted: Set<number>) {
    this.#heads = heads
    this.#catalog = catalog
    this.#deleted = deleted
  }

  points(
    metric: number,
    high: number,
    low: number,
    offsets: Float64Array,
    words: Words,
    valuesAt: number,
    count: number,
    rising: boolean,
  ): void {
    this.#catalog.avoid(metric)
    if (this.#catalog.isDeleted(metric)) this.#deleted.add(metric)
    else this.#heads.points(metric, high, low, offsets, words, valuesAt, count, rising)
  }
}

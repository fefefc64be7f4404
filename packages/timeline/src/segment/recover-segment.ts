import { join } from "node:path"
import type { DiskFile } from "@metricq/files"
import { parametersChecksum } from "../level-parameters.js"
import { storageFailure } from "../storage-failure.js"
import { BlockKind } from "./block-header.js"
import { OrphanRun } from "./recover-entry.js"
import { decodeRunEntry, type RunEntry } from "./run-entry.js"
import { type FoundBlock, scanBlocks } from "./scan-blocks.js"
import { Segment, type SegmentContext } from "./segment.js"
import { decodeIndex, IndexBuilder, type RunPlace, SEGMENT_HEADER_BYTES, segmentName } from "./segment-index.js"

/**
 * Open a segment whose index is damaged by what its blocks say. Runs whose entry is damaged, too, are made of their blocks of points.
 *
 * @throws {StorageError} as the disk fails
 */
export async function recoverSegment(context: SegmentContext, number: number, sequence: number): Promise<Segment> {
  const path = join(context.folder, segmentName(number))
  try {
    return await context.files.use(path, async (file) => {
      const size = await file.size()
      const runs = await new Recovery(context).run(file, size)
      const index = new IndexBuilder()
      const entries = new Map<number, RunEntry>()
      for (const [i, { place, entry }] of runs.entries()) {
        index.add(place)
        if (place.entryBytes === 0) entries.set(i, entry)
      }
      const bytes = new Uint8Array(index.encode())
      return new Segment(context, number, sequence, size, decodeIndex(bytes)!, entries)
    })
  } catch (cause) {
    throw storageFailure(`cannot read ${path}`, cause)
  }
}

interface RecoveredRun {
  readonly place: RunPlace
  readonly entry: RunEntry
}

class Recovery {
  readonly #context: SegmentContext
  readonly #found: RecoveredRun[] = []
  /** Blocks of points for which there has been no entry yet: stretches without a hole. */
  #orphans: OrphanRun[] = []
  #metric = -1

  constructor(context: SegmentContext) {
    this.#context = context
  }

  async run(file: DiskFile, size: number): Promise<RecoveredRun[]> {
    for await (const block of scanBlocks(file, SEGMENT_HEADER_BYTES, size)) {
      if (block.kind === BlockKind.run) this.#takeEntry(block)
      else if (block.kind === BlockKind.points) this.#takePoints(block)
    }
    this.#keepOrphans(Number.POSITIVE_INFINITY)
    return this.#found.sort((a, b) => a.place.metric - b.place.metric)
  }

  #takeEntry({ metric, payload, position, length }: FoundBlock): void {
    const entry = decodeRunEntry(payload)
    const lengths = [entry.pointBlocks, ...entry.rowBlocks].flatMap((directory) => directory.lengths)
    const blockBytes = lengths.reduce((sum, bytes) => sum + bytes, 0)
    this.#keepOrphans(position - blockBytes)
    this.#orphans = []
    const place = { metric, entryPosition: position, entryBytes: length, blockBytes }
    this.#keep(entry, place)
  }

  #takePoints(block: FoundBlock): void {
    const last = this.#orphans.at(-1)
    if (last && this.#metric === block.metric && last.end === block.position) last.add(block)
    else {
      const run = new OrphanRun(block.position, this.#context.parametersOf(block.metric), block.metric)
      run.add(block)
      this.#orphans.push(run)
    }
    this.#metric = block.metric
  }

  /** Make runs of the blocks that lie before a position, where a run begins that has its entry. */
  #keepOrphans(before: number): void {
    for (const orphan of this.#orphans) {
      const entry = orphan.begin < before ? orphan.entry() : undefined
      if (!entry) continue
      const blockBytes = orphan.end - orphan.begin
      this.#keep(entry, { metric: orphan.metric, entryPosition: orphan.end, entryBytes: 0, blockBytes })
    }
  }

  #keep(entry: RunEntry, place: Pick<RunPlace, "metric" | "entryPosition" | "entryBytes" | "blockBytes">): void {
    const checksum = parametersChecksum(entry.parameters)
    this.#found.push({ place: { ...entry, ...place, parametersChecksum: checksum }, entry })
  }
}

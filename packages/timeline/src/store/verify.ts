import { join } from "node:path"
import { readFile, readFully } from "@metricq/files"
import { CATALOG_FILES } from "../catalog/catalog-log.js"
import { checkedLines } from "../catalog/checked-line.js"
import { MANIFEST_FILES } from "../catalog/manifest.js"
import { decodeRowBlock } from "../codec/row-block-codec.js"
import { journalNumber } from "../journal/journal-file.js"
import { replayJournals } from "../journal/journal-reader.js"
import { Pace } from "../query/pace.js"
import { BlockKind } from "../segment/block-header.js"
import { scanBlocks } from "../segment/scan-blocks.js"
import { DamagedBlock, openSegment, type Segment } from "../segment/segment.js"
import { isSegmentHeader, SEGMENT_FOOTER_BYTES, SEGMENT_HEADER_BYTES, segmentName } from "../segment/segment-index.js"
import type { Store } from "./store.js"
import { runProblems } from "./verify-run.js"

/** Something on the disk that is not as it should be. */
export interface StoreProblem {
  /** Name of the file in the folder. */
  readonly file: string
  readonly message: string
  readonly metric?: string
  /** Times of the points concerned. */
  readonly firstNs?: bigint
  readonly lastNs?: bigint
}

/** How a store is verified. */
export interface VerifyOptions {
  /** Called now and then with the bytes looked at and those of all files. */
  readonly onProgress?: (doneBytes: number, allBytes: number) => void
  readonly signal?: AbortSignal
}

/** Look at every byte of a store, and whether rows and totals are what the points say; yields what is wrong. */
export async function* verifyStore(store: Store, options: VerifyOptions): AsyncGenerator<StoreProblem> {
  const { state } = store.ledger
  state.enter()
  try {
    const allBytes = state.segments.reduce((sum, { segment }) => sum + segment.bytes, 0)
    let doneBytes = 0
    yield* smallFileProblems(store)
    yield* journalProblems(store)
    for (const { segment, dead } of state.segments) {
      const progress = (bytes: number) => options.onProgress?.(doneBytes + bytes, allBytes)
      yield* segmentProblems(store, segment, dead, new Pace(options.signal), progress)
      doneBytes += segment.bytes
      progress(0)
    }
  } finally {
    state.leave()
  }
}

async function* smallFileProblems({ options: { disk }, folder }: Store): AsyncGenerator<StoreProblem> {
  for (const file of [...MANIFEST_FILES, ...CATALOG_FILES]) {
    const bytes = await readFile(disk, join(folder, file))
    // A store without metrics has no catalog yet.
    if (!bytes && file.startsWith("catalog")) continue
    let lines = 0
    for (const line of checkedLines(bytes ?? new Uint8Array())) if (line === undefined) lines++
    if (!bytes) yield { file, message: "is missing" }
    else if (lines > 0 || bytes.length === 0) yield { file, message: `${lines} lines are damaged` }
  }
}

/** Of the journals before the one that is written: what is done to that is seen at the next start. */
async function* journalProblems({ options: { disk }, folder, journal }: Store): AsyncGenerator<StoreProblem> {
  const names = await disk.list(folder)
  const numbers = names.map(journalNumber).filter((number) => number !== undefined && number < journal)
  for (const number of (numbers as number[]).sort((a, b) => a - b)) {
    try {
      const { damage } = await replayJournals(disk, folder, [number], { points: () => {} })
      for (const { file, position, bytes } of damage) {
        yield { file, message: `${bytes} bytes at ${position} are damaged` }
      }
    } catch (error) {
      // A checkpoint has made it superfluous meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
    }
  }
}

async function* segmentProblems(
  store: Store,
  segment: Segment,
  dead: ReadonlySet<number>,
  pace: Pace,
  progress: (bytes: number) => void,
): AsyncGenerator<StoreProblem> {
  const { context } = store
  const file = segmentName(segment.number)
  if (!(await hasSoundHeader(store, segment))) yield { file, message: "the header is damaged" }
  if (!(await openSegment(context, segment.number))) yield { file, message: "the index is damaged" }
  yield* blockProblems(store, segment, pace, progress)
  for (let run = 0; run < segment.runs.length; run++) {
    if (dead.has(run)) continue
    const metric = store.nameOf(segment.runs.metric[run]!)
    const range = { firstNs: segment.runs.firstNs[run]!, lastNs: segment.runs.lastNs[run]! }
    try {
      for await (const message of runProblems(segment, run, pace)) yield { file, metric, ...range, message }
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error
      yield { file, metric, firstNs: error.firstNs, lastNs: error.lastNs, message: error.named(metric).message }
    }
    progress(segment.runBegin(run) + segment.runBytes(run))
  }
}

function hasSoundHeader({ context }: Store, { path }: Segment): Promise<boolean> {
  return context.files.use(path, async (open) => {
    const bytes = new Uint8Array(SEGMENT_HEADER_BYTES)
    return isSegmentHeader(bytes.subarray(0, await readFully(open, bytes, 0)))
  })
}

/** Bytes that are no sound blocks, whether a run needs them or not. */
async function* blockProblems(
  { context }: Store,
  { path, bytes, number }: Segment,
  pace: Pace,
  progress: (bytes: number) => void,
): AsyncGenerator<StoreProblem> {
  const file = segmentName(number)
  const found: StoreProblem[] = []
  await context.files.use(path, async (open) => {
    const onDamage = (position: number, count: number) => {
      found.push({ file, message: `${count} bytes at ${position} are damaged` })
    }
    for await (const block of scanBlocks(open, SEGMENT_HEADER_BYTES, bytes - SEGMENT_FOOTER_BYTES, onDamage)) {
      if (block.kind === BlockKind.rows) decodeRowBlock(block.payload)
      progress(block.position)
      await pace.step()
    }
  })
  yield* found
}

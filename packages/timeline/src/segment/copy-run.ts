import { BLOCK_HEADER_BYTES, checkBlock } from "./block-header.js"
import type { ByteSource, Segment } from "./segment.js"
import type { SegmentWriter } from "./segment-writer.js"

const PORTION_BYTES = 1 << 20

/**
 * Write a run as it is: block by block, each with its checksum looked at.
 *
 * @throws {StorageError} `damaged` if one is wrong
 */
export async function copyRun(out: SegmentWriter, segment: Segment, run: number, source: ByteSource): Promise<void> {
  const { runs } = segment
  const begin = segment.runBegin(run)
  const end = begin + segment.runBytes(run)
  const blockBytes = runs.blockBytes[run]!
  for (let at = begin; at < end; ) {
    const bytes = await source.read(at, Math.min(PORTION_BYTES, end - at))
    const whole = wholeBlocks(bytes)
    if (whole === 0) {
      // A block that is longer than the portion, or damaged.
      const block = await source.read(at, end - at)
      const length = blockLength(block, 0)
      if (length === undefined) throw segment.damaged(run, at)
      await out.copy(block.subarray(0, length))
      at += length
    } else {
      await out.copy(bytes.subarray(0, whole))
      at += whole
    }
  }
  const entryPosition = out.position - runs.entryBytes[run]!
  out.addRun({
    metric: runs.metric[run]!,
    firstNs: runs.firstNs[run]!,
    lastNs: runs.lastNs[run]!,
    points: runs.points[run]!,
    hasPoints: runs.rowsOnly[run] === 0,
    entryPosition,
    entryBytes: runs.entryBytes[run]!,
    blockBytes,
  })
}

/** Bytes of the sound blocks with which `bytes` begins. */
function wholeBlocks(bytes: Uint8Array): number {
  let at = 0
  for (let length = blockLength(bytes, 0); length !== undefined; length = blockLength(bytes, at)) at += length
  return at
}

function blockLength(bytes: Uint8Array, at: number): number | undefined {
  const header = checkBlock(bytes, at)
  return header && BLOCK_HEADER_BYTES + header.payloadBytes
}

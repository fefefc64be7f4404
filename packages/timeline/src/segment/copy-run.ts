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
    let bytes = await source.read(at, Math.min(PORTION_BYTES, end - at))
    let header = checkBlock(bytes, 0)
    // One that is longer than the portion, or damaged.
    if (!header) bytes = await source.read(at, end - at)
    let from = 0
    for (header = checkBlock(bytes, 0); header; header = checkBlock(bytes, from)) {
      const length = BLOCK_HEADER_BYTES + header.payloadBytes
      out.copy(header.kind, bytes.subarray(from, from + length))
      from += length
    }
    if (from === 0) throw segment.damaged(run, at)
    at += from
    await out.drain()
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
    parametersChecksum: runs.parameters[run]!,
  })
}

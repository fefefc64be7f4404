import { StorageError } from "../errors.js"
import { openSegment, type Segment, type SegmentContext } from "../segment/segment.js"

/** A segment that has just been written. */
export async function reopen(context: SegmentContext, number: number): Promise<Segment> {
  const segment = await openSegment(context, number)
  if (!segment) throw new StorageError("io", `segment ${number} in ${context.folder} is not what was written`)
  return segment
}

import type { OnConflicts } from "../query/merge-points.js"
import type { Segment } from "../segment/segment.js"
import type { Throttle } from "../segment/segment-writer.js"
import { SegmentOutput } from "./segment-output.js"
import type { Store } from "./store.js"
import type { RunRef } from "./store-state.js"

/**
 * Put new runs in place of some, in one step. `write` writes the new ones, in order of metrics, and says which they are to replace: for
 * each metric all that overlap with any of them, so that it does not matter which of the rest were written before or after.
 *
 * @throws {StorageError} as the disk fails; then nothing has changed
 */
export async function rewriteRuns(
  store: Store,
  throttle: Throttle | undefined,
  write: (out: SegmentOutput, onConflicts: OnConflicts) => Promise<readonly RunRef[]>,
): Promise<void> {
  const { ledger } = store
  const sequence = ledger.state.segments.at(-1)?.segment.sequence ?? 0
  const out = new SegmentOutput(store.context, () => ledger.nextSegment(), sequence, throttle)
  let conflicts = 0
  let add: Segment[]
  const dead = new Map<Segment, number[]>()
  try {
    const replaced = await write(out, (count) => {
      conflicts += count
    })
    for (const { segment, run } of replaced) dead.set(segment, [...(dead.get(segment) ?? []), run])
    add = await out.finish()
  } catch (error) {
    await out.abandon()
    throw error
  }
  await ledger.commit({ add, dead, conflicts })
}

import { expect, test } from "vitest"
import type { Segment } from "../segment/segment.js"
import { selectRuns } from "./select-runs.js"
import type { RunRef } from "./store-state.js"

function ref(firstNs: bigint, lastNs: bigint, rowsOnly = 0): RunRef {
  return { firstNs, lastNs, run: 0, segment: { runs: { rowsOnly: Uint8Array.of(rowsOnly) } } as unknown as Segment }
}

/** A hundred runs of ten nanoseconds, one after the other. */
const runs = Array.from({ length: 100 }, (_, i) => ref(BigInt(10 * i), BigInt(10 * i + 9)))
const placesOf = (selected: readonly RunRef[]) => selected.map((run) => runs.indexOf(run))

test("the runs of a window, their neighbours, and those at both ends", () => {
  expect(placesOf(selectRuns(runs, [], { beginNs: 505n, endNs: 515n }))).toEqual([
    0, 46, 47, 48, 49, 50, 51, 52, 53, 99,
  ])
  expect(placesOf(selectRuns(runs, [], { beginNs: 505n, endNs: 506n, marginNs: 20n }))).toEqual([
    0, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 99,
  ])
  expect(placesOf(selectRuns(runs, [], { beginNs: 2000n, endNs: 3000n }))).toEqual([0, 96, 97, 98, 99])
  expect(selectRuns([], [], { beginNs: 0n, endNs: 1n })).toEqual([])
})

test("what overlaps with a run of the window, also with one in memory", () => {
  const long = ref(455n, 600n)
  expect(selectRuns([...runs, long], [], { beginNs: 505n, endNs: 506n })).toContain(runs[45])
  expect(placesOf(selectRuns(runs, [ref(300n, 510n)], { beginNs: 505n, endNs: 506n }))).toContain(30)
})

test("neighbours with points and without", () => {
  const rows = ref(0n, 5n, 1)
  const mixed = [rows, ...runs.slice(1)]
  expect(selectRuns(mixed, [], { beginNs: 505n, endNs: 515n })).toContain(rows)
})

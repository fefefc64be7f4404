import { expect, test } from "vitest"
import type { Segment } from "../segment/segment.js"
import { mergeGroups, overlapClusters } from "./run-groups.js"
import type { RunRef } from "./store-state.js"

const range = (firstNs: bigint, lastNs: bigint) => ({ firstNs, lastNs })

function ref(firstNs: bigint, lastNs: bigint, points = 10): RunRef {
  return { firstNs, lastNs, run: 0, segment: { runs: { points: Uint32Array.of(points) } } as unknown as Segment }
}

test("runs that overlap, if only by way of others, belong together", () => {
  const [a, b, c, d, e] = [range(0n, 5n), range(5n, 7n), range(7n, 20n), range(8n, 9n), range(21n, 30n)] as const
  expect(overlapClusters([e, c, a, d, b])).toEqual([[a, b, c, d], [e]])
  expect(overlapClusters([])).toEqual([])
})

test("neighbours are merged up to a number of points, and not across other runs", () => {
  const [a, b, c] = [ref(0n, 1n), ref(2n, 3n), ref(4n, 5n)]
  expect(mergeGroups([a, b, c], [], 100)).toEqual([[a, b, c]])
  expect(mergeGroups([a, b, c], [], 20)).toEqual([[a, b], [c]])
  expect(mergeGroups([a, b, c], [], 5)).toEqual([[a], [b], [c]])
  expect(mergeGroups([a, c], [b], 100)).toEqual([[a], [c]])
})

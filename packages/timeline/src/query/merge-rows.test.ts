import fc from "fast-check"
import { expect, test } from "vitest"
import type { RowBlock } from "../row-block.js"
import { plainRows } from "../testing/comparing.js"
import type { NaiveRow } from "../testing/naive-model.js"
import { mergeRows } from "./merge-rows.js"
import { RowWriter } from "./row-writer.js"

const interval = 1000

/** Rows of points one long, and stretches as long as drawn, with holes between. */
const drawnRows = fc.array(fc.record({ hole: fc.nat(3), stretch: fc.nat(6), value: fc.integer({ min: 1, max: 3 }) }))

function rowsOf(drawn: readonly { hole: number; stretch: number; value: number }[]): RowBlock[] {
  const writer = new RowWriter(interval)
  let row = 0
  for (const { hole, stretch, value } of drawn) {
    row += hole
    if (stretch > 0) writer.pushFilled(row, row + stretch - 1, value)
    row += stretch
    writer.push(row++, { minimum: value, maximum: value, sum: value, count: 1, integral: value * 500, activeNs: 500 })
  }
  return writer.finish()
}

/** The definition, row by row. */
function naiveMerge(main: NaiveRow[], other: NaiveRow[]): NaiveRow[] {
  const merged = new Map(main.map((row) => [row.beginNs, row]))
  for (const row of other) {
    const known = merged.get(row.beginNs)
    if (!known) merged.set(row.beginNs, row)
    else if (row.count > 0) {
      merged.set(row.beginNs, {
        ...known,
        minimum: Math.min(known.minimum, row.minimum),
        maximum: Math.max(known.maximum, row.maximum),
        sum: known.sum + row.sum,
        count: known.count + row.count,
      })
    }
  }
  return [...merged.values()].sort((a, b) => (a.beginNs < b.beginNs ? -1 : 1))
}

test("rows of both are there, points add up and time counts once", () => {
  fc.assert(
    fc.property(drawnRows, drawnRows, (a, b) => {
      const [main, other] = [rowsOf(a), rowsOf(b)]
      const found = plainRows(mergeRows(main, other, 1000n), 1000n)
      expect(found).toEqual(naiveMerge(plainRows(main, 1000n), plainRows(other, 1000n)))
    }),
    { numRuns: 500 },
  )
})

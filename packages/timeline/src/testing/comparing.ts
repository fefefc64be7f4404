import type { Aggregate } from "../aggregate.js"
import type { TimelineRows } from "../answers.js"
import type { RowBlock } from "../row-block.js"
import type { NaiveRow } from "./naive-model.js"

/** Where two aggregates differ beyond the rounding of their sums; undefined if they do not. */
export function aggregateDifference(found: Readonly<Aggregate>, wanted: Readonly<Aggregate>): string | undefined {
  const exact = ["minimum", "maximum", "count", "activeNs"] as const
  const wrong = exact.filter((name) => found[name] !== wanted[name])
  const scale = Math.max(Math.abs(wanted.minimum), Math.abs(wanted.maximum))
  if (!isNear(found.sum, wanted.sum, scale * wanted.count)) return `sum: ${found.sum}, not ${wanted.sum}`
  if (!isNear(found.integral, wanted.integral, scale * wanted.activeNs))
    return `integral: ${found.integral}, not ${wanted.integral}`
  return wrong.length === 0 ? undefined : wrong.map((name) => `${name}: ${found[name]}, not ${wanted[name]}`).join("; ")
}

/** `scale` bounds the sum of the magnitudes, as terms of opposite signs leave nothing but their rounding. */
function isNear(found: number, wanted: number, scale: number): boolean {
  return found === wanted || Math.abs(found - wanted) <= 1e-12 * scale
}

/** Rows one by one, those of stretches too; `blocks` may be ill-formed, which is an error. */
export function plainRows(blocks: readonly RowBlock[], intervalNs: bigint): NaiveRow[] {
  const plain: NaiveRow[] = []
  for (const block of blocks) {
    if (block.rows.length === 0 || block.rows.length > 512) throw new Error(`a block of ${block.rows.length} rows`)
    for (let i = 0; i < block.rows.length; i++) plain.push(...stretchAfter(block, i, intervalNs))
  }
  plain.forEach((row, i) => {
    if (i > 0 && row.beginNs <= plain[i - 1]!.beginNs) throw new Error("rows are not in order")
  })
  return plain
}

function stretchAfter(block: RowBlock, i: number, intervalNs: bigint): NaiveRow[] {
  const row = plainRow(block, i, intervalNs)
  const next = i + 1 < block.rows.length ? plainRow(block, i + 1, intervalNs) : undefined
  const isFilled = ({ count, activeNs }: NaiveRow) => count === 0 && activeNs === Number(intervalNs)
  if (!next || !isFilled(row) || !isFilled(next) || row.minimum !== next.minimum) return [row]
  const rows: NaiveRow[] = []
  for (let beginNs = row.beginNs; beginNs < next.beginNs; beginNs += intervalNs) rows.push({ ...row, beginNs })
  return rows
}

function plainRow(block: RowBlock, i: number, intervalNs: bigint): NaiveRow {
  return {
    beginNs: BigInt(block.rows[i]!) * intervalNs,
    minimum: block.minimum[i]!,
    maximum: block.maximum[i]!,
    sum: block.sum[i]!,
    count: block.count[i]!,
    integral: block.integral[i]!,
    activeNs: block.activeNs[i]!,
  }
}

/** Where rows differ; undefined if they do not. */
export function rowsDifference(found: readonly NaiveRow[], wanted: readonly NaiveRow[]): string | undefined {
  const times = (rows: readonly NaiveRow[]) => rows.map(({ beginNs }) => beginNs).join(" ")
  if (times(found) !== times(wanted)) return `rows ${times(found)}, not ${times(wanted)}`
  for (const [i, row] of wanted.entries()) {
    const difference = aggregateDifference(found[i]!, row)
    if (difference) return `row ${row.beginNs}: ${difference}`
  }
  return undefined
}

/** Rows of a timeline one by one. */
export function timelineRowsOf({ times, aggregates }: TimelineRows): NaiveRow[] {
  return Array.from(times, (beginNs, i) => ({
    beginNs,
    minimum: aggregates.minimum[i]!,
    maximum: aggregates.maximum[i]!,
    sum: aggregates.sum[i]!,
    count: Number(aggregates.count[i]!),
    integral: aggregates.integralNs[i]!,
    activeNs: Number(aggregates.activeTimeNs[i]!),
  }))
}

import type { Metadata } from "@metricq/client"
import type { CatchUp } from "./catch-up.js"
import type { LastPoint } from "./channel.js"
import type { Skipped } from "./missed.js"
import type { PendingRow, PendingRows } from "./pending-rows.js"

/** What a viewer watches of a metric. */
export interface Watched {
  readonly pending: PendingRows
  /** Whether a point has come since it is watched. */
  hasPoints: boolean
  /** While what it has missed is read. */
  catchUp: CatchUp | undefined
  /** Time of the newest point that was sent; of rows, begin of the last. */
  sentNs: bigint | undefined
  /** When all points began to come. */
  startNs: bigint | undefined
  /** Newest point that waits or was sent. */
  newestNs: bigint | undefined
}

/** How long after its end a row waits for points that are late. */
const graceMs = 250

/** The next message to a viewer; see docs/reference/live.md. Points wait elsewhere, everything else here. */
export class NextMessage {
  readonly metadata = new Map<string, Metadata | null>()
  readonly last = new Map<string, LastPoint | null>()
  readonly #skipped = new Map<string, Skipped[]>()

  /** Whether nothing waits here. */
  get isEmpty(): boolean {
    return this.metadata.size === 0 && this.last.size === 0 && this.#skipped.size === 0
  }

  /** A stretch of time is left out. */
  skip(metric: string, skipped: Skipped): void {
    const others = this.#skipped.get(metric)
    if (others === undefined) this.#skipped.set(metric, [skipped])
    else others.push(skipped)
  }

  /** Nothing of this metric is wanted any more. */
  forget(metric: string): void {
    this.metadata.delete(metric)
    this.last.delete(metric)
    this.#skipped.delete(metric)
  }

  /** Everything that waits here and of these metrics; undefined if there is nothing. It is gone from there, and noted as sent. */
  take(watched: ReadonlyMap<string, Watched>): string | undefined {
    const points = takePoints(watched)
    const parts: string[] = []
    if (this.metadata.size > 0) parts.push(`"metrics":${JSON.stringify(Object.fromEntries(this.metadata))}`)
    if (this.last.size > 0) parts.push(`"last":${lastText(this.last)}`)
    if (this.#skipped.size > 0) parts.push(`"skipped":${skippedText(this.#skipped)}`)
    for (const [key, list] of Object.entries(points)) if (list.length > 0) parts.push(`"${key}":{${list.join(",")}}`)
    if (parts.length === 0) return undefined
    for (const part of [this.metadata, this.last, this.#skipped]) part.clear()
    return `{${parts.join(",")}}`
  }
}

function takePoints(watched: ReadonlyMap<string, Watched>) {
  const nowNs = BigInt(Date.now() - graceMs) * 1_000_000n
  const [points, rows, dropped, until]: [string[], string[], string[], string[]] = [[], [], [], []]
  for (const [metric, one] of watched) {
    const { pending } = one
    if (pending.isEmpty) continue
    const { leftOut, intervalMs } = pending
    // More of the row that grows may be on its way from the history.
    const taken = pending.take(one.catchUp?.isReading ? 0n : nowNs)
    const last = taken.at(-1)
    if (last === undefined) continue
    const key = JSON.stringify(metric)
    one.sentNs = later(one.sentNs, intervalMs === 0 ? one.newestNs! : last.timeNs)
    if (leftOut > 0) dropped.push(`${key}:${leftOut}`)
    if (leftOut > 0 && intervalMs === 0) until.push(`${key}:"${one.sentNs}"`)
    if (intervalMs === 0 && leftOut === 0) points.push(`${key}:[${taken.map(pointText).join(",")}]`)
    else rows.push(`${key}:[${taken.map(rowText).join(",")}]`)
  }
  return { points, rows, dropped, until }
}

/** The later of two times. */
export function later(one: bigint | undefined, other: bigint): bigint {
  return one === undefined || other > one ? other : one
}

function pointText({ timeNs, mean }: PendingRow): string {
  return `["${timeNs}",${numberText(mean)}]`
}

function rowText({ timeNs, minimum, mean, maximum, count }: PendingRow): string {
  return `["${timeNs}",${numberText(minimum)},${numberText(mean)},${numberText(maximum)},${count}]`
}

function lastText(last: ReadonlyMap<string, LastPoint | null>): string {
  const entries = [...last].map(([metric, point]) => {
    return `${JSON.stringify(metric)}:${point === null ? "null" : `["${point.timeNs}",${numberText(point.value)}]`}`
  })
  return `{${entries.join(",")}}`
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : "null"
}

function skippedText(skipped: ReadonlyMap<string, readonly Skipped[]>): string {
  const listed = [...skipped].map(([metric, stretches]) => [
    metric,
    stretches.map(({ fromNs, toNs, reason }) => ({
      ...{ from: String(fromNs), to: toNs === undefined ? null : String(toNs), reason },
    })),
  ])
  return JSON.stringify(Object.fromEntries(listed))
}

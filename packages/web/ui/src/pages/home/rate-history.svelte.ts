import { status } from "../../status.svelte.js"

const LONGEST_MS = 10 * 60_000

/** Points a second as this page has seen them in the last ten minutes. Reactive. */
export const rateHistory: { times: number[]; mean: number[] } = $state({ times: [], mean: [] })

/** Keep what the status says now. */
export function keepRate(): void {
  const rate = status.current?.pointsPerSecond
  if (typeof rate !== "number") return
  const now = Date.now()
  rateHistory.times.push(now)
  rateHistory.mean.push(rate)
  while ((rateHistory.times[0] ?? now) < now - LONGEST_MS) {
    rateHistory.times.shift()
    rateHistory.mean.shift()
  }
}

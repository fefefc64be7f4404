/** How often to kill or cut: what METRICQ_TEST_KILLS says, else `few`. */
export function kills(few: number): number {
  return Number(process.env.METRICQ_TEST_KILLS ?? few)
}

/** What became of points over a series of crashes. */
export interface Loss {
  readonly crashes: number
  readonly acknowledged: number
  readonly stored: number
  readonly lost?: number
  readonly duplicated?: number
  readonly slowestMs: number
}

/** Print the counts of a series of crashes in one line. */
export function printLoss({ crashes, acknowledged, stored, lost = 0, duplicated = 0, slowestMs }: Loss): void {
  const counts = { crashes, acknowledged, stored, lost, duplicated }
  const text = Object.entries(counts).map(([what, count]) => `${what} ${count.toLocaleString("en")}`)
  console.log(`${text.join(", ")}; slowest start ${slowestMs.toFixed(0)} ms`)
}

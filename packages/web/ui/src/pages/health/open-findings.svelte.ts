import { poll } from "../../lib/poll.js"
import { type Finding, type FindingCounts, healthApi } from "./health-api.js"

const PERIOD_MS = 10_000
/** Worst findings that the home page names. */
const FEW = 5

/** How many findings are open, and the worst of them; undefined before the server has told. Reactive. */
export const openFindings: { counts: FindingCounts | undefined; worst: Finding[] } = $state({
  counts: undefined,
  worst: [],
})

/** Read them now: after something was said of one. */
export async function readOpenFindings(signal?: AbortSignal): Promise<void> {
  const { counts, findings } = await healthApi.findings({ state: "open", limit: FEW }, signal)
  openFindings.counts = counts
  openFindings.worst = findings
}

/** Go on reading them; what is returned ends it. */
export function watchOpenFindings(): () => void {
  return poll(PERIOD_MS, readOpenFindings)
}

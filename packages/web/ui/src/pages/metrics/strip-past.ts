import { api } from "../../api.js"
import { seriesOf } from "../../lib/series.js"
import { STRIP_MS, type StripPoint } from "../../lib/strip.js"

const POINTS = 240

/** What databases have of the last two minutes of some metrics; none of a metric that is not stored. Rejects as the API. */
export async function stripPast(metrics: string[], signal: AbortSignal): Promise<Map<string, StripPoint[]>> {
  const answers = await api.history({ metrics, from: `now-${STRIP_MS / 1000}s`, to: "now", points: POINTS }, signal)
  return new Map(
    Object.entries(answers).map(([name, answer]) => {
      const { times, mean } = seriesOf(answer)
      return [name, times.map((time, i) => ({ time, value: mean[i] ?? null }))]
    }),
  )
}

import { poll } from "../../lib/poll.js"
import { ensureLines } from "../../lib/sparklines.svelte.js"
import { watchValues } from "../../live-values.svelte.js"

/** What only flies past while scrolling is not asked for. */
const REST_MS = 120
const LINES_EVERY_MS = 20_000

/** Keep current values and small lines of the metrics in sight, until the function that is returned is called. */
export function followRows(names: readonly string[]): () => void {
  if (names.length === 0) return () => {}
  const ends: (() => void)[] = []
  const timer = setTimeout(() => {
    ends.push(watchValues(names))
    ends.push(poll(LINES_EVERY_MS, (signal) => ensureLines(names, signal)))
  }, REST_MS)
  return () => {
    clearTimeout(timer)
    for (const end of ends) end()
  }
}

import { fit } from "./text.js"

/** Where progress is shown: standard error, or what a test puts in its place. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const QUIET_MS = 1000
const STEP_MS = 100
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

/**
 * Wait for `work`, and say so on a terminal once that has taken a second: a turning mark, `label()`, and the seconds so far.
 *
 * The line is taken away when the work ends, well or badly. On anything but a terminal nothing is written.
 */
export async function withProgress<T>(
  label: () => string,
  work: Promise<T>,
  stream: ProgressStream = process.stderr,
): Promise<T> {
  if (!stream.isTTY) return work
  const began = performance.now()
  let shown = false
  const draw = (): void => {
    const elapsed = performance.now() - began
    if (elapsed < QUIET_MS) return
    const frame = FRAMES[Math.floor(elapsed / STEP_MS) % FRAMES.length]
    const line = `${frame} ${label()} (${Math.floor(elapsed / 1000)} s)`
    stream.write(`\r${fit(line, (stream.columns ?? 80) - 1)}\x1b[K`)
    shown = true
  }
  const timer = setInterval(draw, STEP_MS)
  timer.unref()
  try {
    return await work
  } finally {
    clearInterval(timer)
    if (shown) stream.write("\r\x1b[K")
  }
}

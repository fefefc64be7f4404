import { CommandError } from "../errors.js"
import { abortable, aborted, withSignals } from "./signals.js"

/** What runs until it is told to stop. */
export interface Service {
  /** Resolves when it works. */
  start(): Promise<void>
  /** Ends it; waits for whatever it still has to do. */
  stop(): Promise<void>
  /** Resolves or rejects when it has ended by itself; absent where that cannot be. */
  stopped?(): Promise<void>
}

/** How long a service may take to stop. */
const STOP_MS = 1700

/**
 * Start a service, call `onReady`, and stop it when a signal asks for that: a clean end, the command succeeds. The second signal ends
 * the process at once.
 *
 * @throws what `start()`, `stopped()` or `stop()` reject with
 * @throws {CommandError} `stop-timeout` if it has not stopped within two seconds
 */
export async function runService(service: Service, onReady: () => void): Promise<void> {
  goOnWithoutReader()
  await withSignals(async (signal) => {
    const starting = service.start()
    try {
      await abortable(starting, signal)
      onReady()
      await Promise.race([aborted(signal), service.stopped?.() ?? new Promise(() => {})])
    } catch (error) {
      if (!signal.aborted) throw error
      // Told to stop while it was still starting: what comes of that start no longer matters.
      starting.catch(() => {})
    } finally {
      await inTime(service.stop())
    }
  })
}

/** Unlike other commands, a service does not end when nobody reads its lines any more. */
function goOnWithoutReader(): void {
  process.stdout.removeAllListeners("error")
  process.stdout.on("error", () => {})
}

async function inTime(stopping: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new CommandError("stop-timeout", "not everything had stopped after two seconds")
    timer = setTimeout(() => reject(error), STOP_MS)
  })
  try {
    await Promise.race([stopping, late])
  } finally {
    clearTimeout(timer)
  }
}

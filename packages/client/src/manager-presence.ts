import { MetricqError, managementQueue } from "@metricq/protocol"
import { type Connection, releaseChannel } from "./connection.js"
import { delay, within } from "./deferred.js"
import { PeerAway, TimeoutError } from "./errors.js"
import { howToStart } from "./management.js"

/** How long a manager that is just starting or restarting is waited for. */
const managerPatienceMs = 2000

/**
 * Wait for the connection, and make sure that somebody serves the management queue.
 *
 * Needed only before the first answer: later a manager that is away is waited for, as requests are kept in its queue.
 *
 * @throws {PeerAway} `manager-away`; {TimeoutError} after `timeoutMs`; the reason of a signal
 */
export async function awaitManager(
  connection: Connection,
  request: { function: string; timeoutMs: number; signal?: AbortSignal },
  stopping: AbortSignal,
): Promise<void> {
  const { function: name, timeoutMs, signal } = request
  const timeout = AbortSignal.timeout(timeoutMs)
  const end = AbortSignal.any([timeout, stopping, ...(signal === undefined ? [] : [signal])])
  for (;;) {
    try {
      await connection.whenOpen(end)
      await checkManager(connection, end)
      return
    } catch (error) {
      if (timeout.aborted) throw new TimeoutError(`${name} has waited ${timeoutMs / 1000} s for ${connection.url}`)
      if (end.aborted || !isLoss(error)) throw error
      await delay(100, end)
    }
  }
}

/** The connection was lost while it was used, and will be there again. */
function isLoss(error: unknown): boolean {
  return !(error instanceof MetricqError) || error.code === "not-connected"
}

/** Say of a request without answer whether there is a manager at all, if the broker says so soon. */
export async function explainSilence(connection: Connection, error: unknown): Promise<unknown> {
  if (!(error instanceof TimeoutError) || error.code !== "timeout" || !connection.isOpen) return error
  const count = await within(
    managerPatienceMs,
    managerCount(connection).catch(() => undefined),
  )
  if (count !== 0) return error
  return new TimeoutError(`${error.message}: no manager is running at ${connection.url}`, { cause: error })
}

async function checkManager(connection: Connection, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + managerPatienceMs
  for (;;) {
    if ((await managerCount(connection)) > 0) return
    if (performance.now() > until) {
      throw new PeerAway(
        "manager-away",
        `no MetricQ manager is running at ${connection.url} (nobody serves its queue): ${howToStart}`,
      )
    }
    await delay(200, signal)
    signal?.throwIfAborted()
  }
}

/** How many serve the management queue now; infinite where this user may not look. */
async function managerCount(connection: Connection): Promise<number> {
  const channel = await connection.openChannel()
  try {
    const { consumerCount } = await channel.checkQueue(managementQueue)
    releaseChannel(channel)
    return consumerCount
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (code === 404) return 0
    // Not allowed to look: then the request itself shows whether it is answered.
    if (code === 403) return Number.POSITIVE_INFINITY
    throw error
  }
}

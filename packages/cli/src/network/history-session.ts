import { HistoryClient, maskUrl } from "@metricq/client"
import type { ConnectionOptions } from "../options/common.js"
import { withProgress } from "../terminal/progress.js"
import { loggerFor } from "./session.js"
import { abortable } from "./signals.js"

/** How long a command whose connection was lost waits for the broker, in seconds. */
const RECONNECT_S = 10

/**
 * Connect as a reader of history, do `work`, and disconnect, whatever happens. The token gets a random suffix.
 *
 * `work` has to end by itself when `signal` is aborted.
 */
export async function withHistoryClient<T>(
  { server, token, verbose }: ConnectionOptions,
  signal: AbortSignal,
  work: (client: HistoryClient) => Promise<T>,
): Promise<T> {
  const logger = loggerFor(verbose)
  const client = new HistoryClient({ token, url: server, addUuid: true, connectionTimeout: RECONNECT_S, logger })
  try {
    await abortable(
      withProgress(() => `connecting to ${maskUrl(server)}`, client.connect()),
      signal,
    )
    return await work(client)
  } finally {
    await client.stop()
  }
}

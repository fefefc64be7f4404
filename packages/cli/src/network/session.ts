import { Client, consoleLogger, type Logger, type LogLevel, maskUrl } from "@metricq/client"
import type { ConnectionOptions } from "../options/common.js"
import { findRuntimeEntry } from "../settings/runtime-file.js"
import { withProgress } from "../terminal/progress.js"
import { asAdministrator, localPortWithoutUser } from "./server.js"
import { abortable, withSignals } from "./signals.js"

/** How long a command whose connection was lost waits for the broker, in seconds. */
const RECONNECT_S = 10

/** How a command takes part in the network. */
export interface SessionOptions {
  /** Log in as the administrator that a `metricq up` of this user has left, where `--server` means that network. */
  readonly administrator?: boolean
  /** The work ends by itself when its signal is aborted: it is waited for, and can still use the connection. */
  readonly endsBySignal?: boolean
}

/**
 * Connect, do `work`, and disconnect, whatever happens.
 *
 * The token gets a random suffix, so the same command can run any number of times at once. A signal ends the wait for `work` with
 * an `Interrupted`.
 */
export async function withClient<T>(
  options: ConnectionOptions,
  work: (client: Client, signal: AbortSignal) => Promise<T>,
  session: SessionOptions = {},
): Promise<T> {
  const url = session.administrator ? administratorUrl(options.server) : options.server
  const logger = loggerFor(options.verbose)
  const client = new Client({ token: options.token, url, addUuid: true, connectionTimeout: RECONNECT_S, logger })
  return withSignals(async (signal) => {
    try {
      const connecting = withProgress(() => `connecting to ${maskUrl(options.server)}`, client.connect())
      await abortable(connecting, signal)
      const working = work(client, signal)
      return await (session.endsBySignal ? working : abortable(working, signal))
    } finally {
      await client.stop()
    }
  })
}

/** The address to administer a network at: `server`, with the user's own local secret where there is one for it. */
export function administratorUrl(server: string, env: NodeJS.ProcessEnv = process.env): string {
  const port = localPortWithoutUser(server)
  const entry = port === undefined ? undefined : findRuntimeEntry(port, env)
  return entry ? asAdministrator(server, entry) : server
}

/** The logger that a number of `-v` asks for. */
export function loggerFor(verbose: number): Logger {
  return consoleLogger(logLevelFor(verbose))
}

/** What a number of `-v` asks for: warnings and errors, then what happens, then everything. */
export function logLevelFor(verbose: number): LogLevel {
  return verbose === 0 ? "warn" : verbose === 1 ? "info" : "debug"
}

import {
  Client,
  type ClientOptions,
  consoleLogger,
  HistoryClient,
  type Logger,
  type LogLevel,
  maskUrl,
} from "@metricq/client"
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
export function withClient<T>(
  options: ConnectionOptions,
  work: (client: Client, signal: AbortSignal) => Promise<T>,
  session: SessionOptions = {},
): Promise<T> {
  return withConnected(new Client(clientOptions(options, session)), options, work, session)
}

/** {@link withClient} with a client that asks databases, too. */
export function withHistoryClient<T>(
  options: ConnectionOptions,
  work: (client: HistoryClient, signal: AbortSignal) => Promise<T>,
  session: SessionOptions = {},
): Promise<T> {
  return withConnected(new HistoryClient(clientOptions(options, session)), options, work, session)
}

/** What a command's client is made with. */
export function clientOptions(options: ConnectionOptions, { administrator }: SessionOptions = {}): ClientOptions {
  const url = administrator ? administratorUrl(options.server) : options.server
  return {
    token: options.token,
    url,
    addUuid: true,
    connectionTimeout: RECONNECT_S,
    logger: loggerFor(options.verbose),
  }
}

function withConnected<C extends Client, T>(
  client: C,
  options: ConnectionOptions,
  work: (client: C, signal: AbortSignal) => Promise<T>,
  session: SessionOptions,
): Promise<T> {
  return withSignals(async (signal) => {
    try {
      await abortable(connect(client, options), signal)
      const working = work(client, signal)
      return await (session.endsBySignal ? working : abortable(working, signal))
    } finally {
      await client.stop()
    }
  })
}

/** Connect a client of {@link clientOptions}, and say so on a terminal if it takes a while. */
export function connect(client: Client, { server }: ConnectionOptions): Promise<void> {
  return withProgress(() => `connecting to ${maskUrl(server)}`, client.connect())
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

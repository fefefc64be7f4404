import { DataError, type DurationLike, Timedelta } from "@metricq/protocol"
import type { TlsOptions } from "./link.js"
import type { Logger } from "./logger.js"

/** What every client takes. Durations are seconds, a text such as `"5min"`, or a `Timedelta`. */
export interface ClientOptions {
  /** Name of this client on the network; one client at a time can hold it. */
  token: string
  /** `amqp[s]://user:password@host:port/vhost` of the management network. */
  url: string
  /** Append `.` and 32 random hex digits to the token, so that many can run at once. Default: false for most roles. */
  addUuid?: boolean
  /** How long a lost connection is tried to be restored before the client stops with `ReconnectTimeout`. Default 600 s. */
  connectionTimeout?: DurationLike
  /** How long an RPC waits for its answer. Default 60 s. */
  rpcTimeout?: DurationLike
  /** Time without traffic after which a peer sends a sign of life; after two the connection is dead. Default 10 s; whole seconds. */
  heartbeat?: DurationLike
  /** How long `stop()` may take, in which buffered points are flushed. Default 2 s. */
  stopTimeout?: DurationLike
  /** Version of the agent, told to `discover`. */
  clientVersion?: string
  /** Default: warnings and errors on standard error. */
  logger?: Logger
  /** For `amqps://`. */
  tls?: TlsOptions
}

/** Longest time a timer of the runtime takes. */
const longestMs = 2 ** 31 - 1

/** A duration as milliseconds for timers, at most 24 days. `DataError` `duration` unless it is above zero. */
export function durationMs(value: DurationLike, name: string): number {
  const ms = Timedelta.from(value).ms
  if (!(ms > 0)) throw new DataError("duration", `${name} must be longer than zero, not ${String(value)}`)
  return Math.min(ms, longestMs)
}

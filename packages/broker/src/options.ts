import { totalmem } from "node:os"
import type { TlsOptions } from "node:tls"
import { BrokerError } from "./errors.js"
import { type Logger, silentLogger } from "./logger.js"

/** A user that exists from the start. */
export interface UserOptions {
  password: string
  /** Vhosts that the user may open (default: all). */
  vhosts?: readonly string[]
}

/** All options of a broker; each has a default. */
export interface BrokerOptions {
  /** Address to listen on (default: `127.0.0.1`). Beyond loopback the broker refuses to start with default passwords. */
  host?: string
  /** Port to listen on, 0 for any free one (default: 5672). */
  port?: number
  /** Folder in which definitions survive a restart; made if it is missing (default: none, nothing survives). */
  dataDir?: string
  /** Users by name, with their password; they are not written to `dataDir` (default: `guest` with password `guest`). */
  users?: Readonly<Record<string, string | UserOptions>>
  /** Vhosts that exist from the start (default: `/`). */
  vhosts?: readonly string[]
  /** Heartbeat that is proposed, in seconds; the client decides (default: 10). */
  heartbeatS?: number
  /** Key and certificate for TLS; then the broker speaks only TLS (default: none). */
  tls?: TlsOptions
  /** Bounds; see `BrokerLimits`. */
  limits?: Partial<BrokerLimits>
  /** Where to write what happens (default: nowhere). */
  logger?: Logger
}

/** What a broker takes at most. */
export interface BrokerLimits {
  /** Bytes that messages may hold before publishers are blocked (default: a quarter of the memory, at most 1 GiB). */
  memoryLimitBytes: number
  /** Bytes of one message body (default: 16 MiB). */
  maxMessageBytes: number
  /** Bytes of one frame (default: 131072). */
  frameMax: number
  /** Channels of one connection (default: 2047). */
  channelMax: number
  /** Connections at a time; more are closed at once (default: 10 000). */
  maxConnections: number
  /** Consumers of one channel (default: 10 000). */
  maxConsumersPerChannel: number
  /** Queues of one vhost (default: 100 000). */
  maxQueues: number
  /** Exchanges of one vhost (default: 10 000). */
  maxExchanges: number
  /** Bindings of one vhost (default: 2 000 000). */
  maxBindings: number
  /** Milliseconds from accept to `connection.open` (default: 10 000). */
  handshakeTimeoutMs: number
  /** Milliseconds that a client may leave what is sent to it unread (default: 30 000). */
  writeTimeoutMs: number
}

/** The options with all defaults filled in. */
export interface ResolvedOptions extends Required<Omit<BrokerOptions, "dataDir" | "tls" | "limits" | "users">> {
  readonly dataDir: string | undefined
  readonly tls: TlsOptions | undefined
  readonly limits: BrokerLimits
  readonly users: ReadonlyMap<string, UserOptions>
}

const GIB = 2 ** 30

/** @throws {BrokerError} `invalid-option` for a number out of range */
export function resolveOptions(options: BrokerOptions): ResolvedOptions {
  const users = Object.entries(options.users ?? { guest: "guest" })
  const resolved: ResolvedOptions = {
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 5672,
    dataDir: options.dataDir,
    users: new Map(users.map(([name, user]) => [name, typeof user === "string" ? { password: user } : user])),
    vhosts: options.vhosts ?? ["/"],
    heartbeatS: options.heartbeatS ?? 10,
    tls: options.tls,
    limits: { ...defaultLimits(), ...options.limits },
    logger: options.logger ?? silentLogger,
  }
  check("port", resolved.port, 0, 65_535)
  check("heartbeatS", resolved.heartbeatS, 0, 65_535)
  const { frameMax, channelMax } = resolved.limits
  check("limits.frameMax", frameMax, 4096, 2 ** 31 - 1)
  check("limits.channelMax", channelMax, 1, 65_535)
  for (const [name, value] of Object.entries(resolved.limits))
    check(`limits.${name}`, value, 1, Number.MAX_SAFE_INTEGER)
  return resolved
}

function check(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new BrokerError("invalid-option", `${name} must be a whole number from ${least} to ${most}, not ${value}`)
}

function defaultLimits(): BrokerLimits {
  return {
    memoryLimitBytes: Math.min(GIB, Math.floor(totalmem() / 4)),
    maxMessageBytes: 16 * 2 ** 20,
    frameMax: 131_072,
    channelMax: 2047,
    maxConnections: 10_000,
    maxConsumersPerChannel: 10_000,
    maxQueues: 100_000,
    maxExchanges: 10_000,
    maxBindings: 2_000_000,
    handshakeTimeoutMs: 10_000,
    writeTimeoutMs: 30_000,
  }
}

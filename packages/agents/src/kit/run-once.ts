import { setTimeout as delay } from "node:timers/promises"
import {
  checkConfig,
  IntervalSource,
  type Logger,
  MetricqError,
  Source,
  silentLogger,
  Timedelta,
  Timestamp,
} from "@metricq/client"
import type { AgentKind } from "./kind.js"
import { OfflineNetwork, type PolledPoint } from "./offline-network.js"

export interface RunOnceOptions {
  readonly logger?: Logger
  /** Ends the waiting: what is there by then is the result. */
  readonly signal?: AbortSignal
  /** How long a source that works on its own may take, in ms. Default 10,000. */
  readonly maxMs?: number
}

/** Between two rounds of a source whose own period is longer. */
const MAX_PAUSE_MS = 1000
/** How long a source that works on its own is given until every metric it declared has a point. */
const MAX_TASK_MS = 10_000
const LOOK_MS = 50
/** How long it may take to end when told to. */
const MAX_END_MS = 2000

/**
 * Polls a source once and tells what it would send; there is no network, and nothing is sent.
 *
 * An interval source is asked as many rounds as its kind needs, a period (one second at most) apart, and the points of the last
 * one are the result; a polling source runs one round of each job; any other source runs until each of its metrics has a point.
 * After ten seconds what is there is the result.
 *
 * @throws {ConfigError} if the configuration is wrong; {MetricqError} `not-a-source`; what the source throws
 */
export async function runOnce(
  kind: AgentKind,
  document: unknown,
  { logger = silentLogger, signal = new AbortController().signal, maxMs = MAX_TASK_MS }: RunOnceOptions = {},
): Promise<PolledPoint[]> {
  const { config } = checkConfig(kind, document)
  const source = kind.create({ token: kind.name, url: "amqp://offline.invalid/", logger })
  if (!(source instanceof Source))
    throw new MetricqError("not-a-source", `${kind.name} is no source: it has nothing to poll`)
  const network = new OfflineNetwork(source)
  try {
    source.config = config
    await source.onConfig(config)
    if (source instanceof IntervalSource) await runRounds(source, network, kind.rounds ?? 1, signal)
    else await runTask(source, network, { signal, maxMs })
    return network.take()
  } finally {
    await source.stop()
  }
}

async function runRounds(
  source: IntervalSource<unknown>,
  network: OfflineNetwork,
  rounds: number,
  signal: AbortSignal,
): Promise<void> {
  const periodMs = Timedelta.from(source.period ?? 1).ms
  for (let round = 1; round <= rounds && !signal.aborted; round += 1) {
    network.take()
    await source.update(Timestamp.now(), signal)
    if (round < rounds) await delay(Math.min(periodMs, MAX_PAUSE_MS), undefined, { signal }).catch(() => undefined)
  }
}

async function runTask(
  source: Source<unknown>,
  network: OfflineNetwork,
  { signal, maxMs }: { signal: AbortSignal; maxMs: number },
): Promise<void> {
  const end = new AbortController()
  // Not AbortSignal.timeout: Node forgets one that only AbortSignal.any knows.
  const timer = setTimeout(() => end.abort(), maxMs)
  const ending = AbortSignal.any([signal, end.signal])
  const task = Promise.resolve(source.task?.(ending)).finally(() => end.abort())
  // A failure is told below; until then it waits for the pause to end.
  task.catch(() => undefined)
  const hasRead = () =>
    "hasRead" in source ? source.hasRead : network.declared > 0 && network.seen >= network.declared
  while (!ending.aborted && !hasRead()) {
    await delay(LOOK_MS, undefined, { signal: ending }).catch(() => undefined)
  }
  clearTimeout(timer)
  end.abort()
  await Promise.race([task, delay(MAX_END_MS, undefined, { ref: false })])
}

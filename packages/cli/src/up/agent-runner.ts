import type { ClientOptions, Source } from "@metricq/client"
import { oneLine } from "../errors.js"
import { pause } from "../network/signals.js"

/** What is needed of an agent here. */
export type RunningAgent = Pick<Source, "connect" | "stop" | "stopped">

/** How an agent that `metricq up` looks after is made and reported on. */
export interface AgentRunnerOptions {
  readonly token: string
  /** Makes a new agent, not yet connected. */
  create(): Promise<RunningAgent>
  /** Called each time it has connected after having been away. */
  onRunning(): void
  /** Called when it has stopped by itself; not again while the reason stays the same. */
  onTrouble(reason: string, retryMs: number): void
  /** First pause before it is started again; default 1000. */
  readonly firstPauseMs?: number
}

const LONGEST_PAUSE_MS = 30_000

/**
 * Keeps one agent running: one that stops by itself is made anew after a second, then after two, doubling to half a minute.
 *
 * So a configuration that its device or schema refuses ends neither the network nor the agent for good: it takes the next one.
 * Life cycle: `start()` once, `stop()` any number of times.
 */
export class AgentRunner {
  readonly #options: AgentRunnerOptions
  readonly #stopping = new AbortController()
  #agent: RunningAgent | undefined
  #ended: Promise<void> | undefined
  #settled: () => void = () => {}

  constructor(options: AgentRunnerOptions) {
    this.#options = options
  }

  /** Start it; resolves when it runs or has failed for the first time. */
  start(): Promise<void> {
    const settled = new Promise<void>((resolve) => {
      this.#settled = resolve
    })
    this.#ended = this.#run()
    return settled
  }

  /** Stop it and wait until it has. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#agent?.stop()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { onRunning, onTrouble, firstPauseMs = 1000 } = this.#options
    const signal = this.#stopping.signal
    let pauseMs = firstPauseMs
    let reported: string | undefined
    while (!signal.aborted) {
      const reason = await this.#runOnce(() => {
        pauseMs = firstPauseMs
        reported = undefined
        onRunning()
        this.#settled()
      })
      if (signal.aborted) break
      if (reason !== reported) onTrouble(reason, pauseMs)
      reported = reason
      this.#settled()
      await pause(pauseMs, signal)
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
    }
    this.#settled()
  }

  /** One life of the agent; resolves to why it ended. */
  async #runOnce(onConnected: () => void): Promise<string> {
    try {
      const agent = await this.#options.create()
      this.#agent = agent
      // A stop that came while it was being made found nothing to stop.
      if (this.#stopping.signal.aborted) return "stopped"
      await agent.connect()
      onConnected()
      await agent.stopped()
      return "it stopped"
    } catch (error) {
      return oneLine(error)
    } finally {
      this.#agent = undefined
    }
  }
}

/** Options of an agent within `metricq up`, where everything has to end within two seconds. */
export function agentOptions(options: Pick<ClientOptions, "token" | "url" | "logger">): ClientOptions {
  return { ...options, stopTimeout: 1 }
}

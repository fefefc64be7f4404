import { setTimeout as sleep } from "node:timers/promises"
import type { NetworkUnderTest, TestSource } from "@metricq/testkit"
import { METRICS, noPositions, type Positions, planColumns, planName, STREAMS } from "./load-plan.js"

/** Points a second that the metrics of the plan are declared with: so far apart lie the points of a stream. */
export const PLAN_RATE = 100

/** Default pause: without one hundreds of crashes would leave more points than can be compared. */
const PAUSE_MS = 60

/** Bursts of chunks of random lengths of random streams, sent over a network. */
export class NetworkLoad {
  /** Points of each stream that the broker has confirmed. */
  readonly confirmed: Positions = noPositions()
  readonly #sent: Positions = noPositions()
  readonly #source: TestSource
  #stopping = false
  #running: Promise<void> | undefined

  private constructor(source: TestSource) {
    this.#source = source
  }

  /** @param pauseMs between two bursts of about a thousand points */
  static async start(net: NetworkUnderTest, pauseMs = PAUSE_MS): Promise<NetworkLoad> {
    const names = Array.from({ length: METRICS }, (_, metric) => planName(metric))
    const metrics = Object.fromEntries(names.map((name) => [name, { rate: PLAN_RATE, unit: "W" }]))
    const load = new NetworkLoad(await net.source("source-load", { metrics }))
    load.#running = load.#run(pauseMs)
    load.#running.catch(() => {}) // told by stop()
    return load
  }

  /** Waits until more points of every stream are confirmed. */
  async untilAllGrow(): Promise<void> {
    const before = structuredClone(this.confirmed)
    const grown = () => this.confirmed.flat().every((count, stream) => count > before.flat()[stream]!)
    while (!grown()) await Promise.race([sleep(20), this.#running])
  }

  /** Stops sending and waits until everything is confirmed. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#running
  }

  async #run(pauseMs: number): Promise<void> {
    let state = 1
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return Math.floor((state / 0x80000000) * below)
    }
    while (!this.#stopping) {
      for (let chunk = 0; chunk < 40; chunk++) {
        const [metric, stream, count] = [random(METRICS), random(STREAMS), 1 + random(random(8) === 0 ? 300 : 20)]
        const from = this.#sent[metric]![stream]!
        await this.#source.sendChunk(planName(metric), planColumns(metric, stream, from, count))
        this.#sent[metric]![stream] = from + count
      }
      const sent = structuredClone(this.#sent)
      await this.#source.flush({ timeout: 60 })
      for (const [metric, streams] of sent.entries()) this.confirmed[metric] = streams
      await sleep(pauseMs)
    }
  }
}

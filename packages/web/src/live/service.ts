import type { HistoryClient } from "@metricq/client"
import type { WebContext } from "../server/context.js"
import { Gate } from "../server/gate.js"
import { WebError } from "../server/web-error.js"
import type { LastPoint } from "./channel.js"
import { LiveHub } from "./hub.js"
import { LiveSink } from "./live-sink.js"
import { missedFrom, type ReadMissed } from "./missed.js"

/** Bounds of what viewers can ask for. */
export const liveLimits = {
  /** Viewers at once, those of the compatible protocol included. */
  viewers: 500,
  /** Metrics of a viewer. */
  metrics: 2000,
  /** Metrics of all viewers together. */
  allMetrics: 50_000,
  /** Metrics whose history is read at once for viewers that catch up. */
  catchingUp: 32,
  /** Time between pings. */
  pingMs: 30_000,
}

/** The live values of a web server: one hub for all viewers, whatever protocol they speak. */
export class LiveService {
  readonly hub: LiveHub
  /** What viewers have missed that come back, of a few metrics at once. */
  readonly readMissed: ReadMissed
  #viewers = 0

  constructor(hub: LiveHub, readMissed: ReadMissed) {
    this.hub = hub
    const gate = new Gate(liveLimits.catchingUp, liveLimits.allMetrics)
    this.readMissed = (...missed) => gate.each(() => readMissed(...missed))
  }

  static of({ history, clientOptions, options, logger, figures }: WebContext): LiveService {
    const hub = new LiveHub({
      createSink: (receive) => new LiveSink({ ...clientOptions, token: `${options.token}-live` }, receive),
      lastValue: (metric) => lastValue(history, metric),
      logger,
    })
    const service = new LiveService(hub, missedFrom(history))
    figures.gauge("metricq_web_live_viewers", "viewers of live values", () => service.#viewers)
    figures.gauge("metricq_web_live_metrics", "metrics that are subscribed for viewers", () => hub.size)
    figures.counter("metricq_web_live_points_total", "live points that have come in", () => hub.points)
    return service
  }

  /**
   * Count a viewer; call what is returned when it has gone.
   *
   * @throws {WebError} `too-many-viewers`
   */
  enter(): () => void {
    if (this.#viewers >= liveLimits.viewers) {
      const text = `${this.#viewers} viewers look at live values already`
      throw new WebError("too-many-viewers", text, { status: 503, remedy: "close some, or try again later" })
    }
    this.#viewers++
    let isHere = true
    return () => {
      if (isHere) this.#viewers--
      isHere = false
    }
  }

  /** @throws {WebError} `too-many-metrics` if a viewer would have too many with so many more */
  checkRoom(now: number, more: number): void {
    const { metrics, allMetrics } = liveLimits
    if (now + more > metrics) {
      throw new WebError("too-many-metrics", `${now + more} metrics are more than the ${metrics} a viewer can have`, {
        remedy: "unsubscribe from some",
      })
    }
    if (this.hub.size + more > allMetrics) {
      throw new WebError("too-many-metrics", `all viewers together can have ${allMetrics} metrics`, {
        remedy: "try again later",
      })
    }
  }
}

async function lastValue(history: HistoryClient, metric: string): Promise<LastPoint | undefined> {
  const point = await history.historyLastValue(metric, { timeout: 5 })
  return point && { timeNs: point.timestamp.posixNs, value: point.value }
}

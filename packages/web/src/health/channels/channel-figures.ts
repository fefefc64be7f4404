import type { Figures } from "../../server/figures.js"
import type { Channels } from "./channels.js"
import type { Delivery } from "./delivery.js"

/** How channels fare, on `/metrics`. */
export function addChannelFigures(figures: Figures, channels: Channels): void {
  const each = (read: (delivery: Delivery) => number | undefined) => () => {
    const values = new Map<string, number>()
    for (const delivery of channels.list()) {
      const value = read(delivery)
      if (value !== undefined) values.set(`channel="${delivery.settings.name}"`, value)
    }
    return values
  }
  figures.counter(
    "metricq_web_channel_delivered_total",
    "messages that a channel has taken",
    each(({ stats }) => stats.delivered),
  )
  figures.counter(
    "metricq_web_channel_failed_total",
    "messages that a channel has not taken, and that were given up",
    each(({ stats }) => stats.failed),
  )
  figures.counter(
    "metricq_web_channel_retries_total",
    "tries that a channel has not taken",
    each(({ stats }) => stats.retries),
  )
  figures.gauge(
    "metricq_web_channel_up",
    "whether a channel has taken what was sent last",
    each(({ state: { lastSuccess, lastError } }) => {
      if (lastSuccess === undefined && lastError === undefined) return undefined
      return (lastSuccess?.time ?? "") >= (lastError?.time ?? "") ? 1 : 0
    }),
  )
  figures.gauge(
    "metricq_web_channel_last_success_seconds",
    "when a channel has taken something last, since 1970",
    each(({ state: { lastSuccess } }) => lastSuccess && Date.parse(lastSuccess.time) / 1000),
  )
  figures.gauge(
    "metricq_web_channel_waiting",
    "findings that wait to be sent",
    each(({ waiting: { counts } }) => counts.opened + counts.resolved),
  )
}

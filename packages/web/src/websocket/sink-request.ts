import { checkMetricName, type JsonValue, parseJson } from "@metricq/client"

/**
 * Metrics that a message of the protocol of metricq-sink-websocket asks for; undefined for a function there is not, which is ignored.
 *
 * @throws {Error} for whatever else; the original closes the connection then
 */
export function readSinkRequest(text: string): string[] | undefined {
  const message = parseJson(text, { maxDepth: 4 })
  if (typeof message !== "object" || message === null || Array.isArray(message)) throw new Error("no object")
  if (message.function === undefined) throw new Error("there is no function")
  if (message.function !== "subscribe") return undefined
  if (!Array.isArray(message.metrics)) throw new Error("metrics is no list")
  return message.metrics.map(nameOf)
}

function nameOf(value: JsonValue): string {
  if (typeof value !== "string") throw new Error("the name of a metric is a text")
  checkMetricName(value)
  return value
}

import { checkMetricName } from "@metricq/client"
import { z } from "zod"
import { duration } from "../kit/fields/duration.js"
import { failurePolicy } from "../kit/fields/failure.js"
import { pollingKeys } from "../kit/polling/polling-config.js"
import { textValueKeys } from "../kit/values/text-value.js"

const metricName = z.string().refine(isMetricName, { error: 'the name of a metric such as "lab.backlog"' })

const metric = z.looseObject({
  command: z.string().min(1).describe("run by the shell; its output is the value"),
  unit: z.string().describe("unit of the value"),
  interval: duration.describe('time between two runs, such as "5s"'),
  description: z.string().optional().describe("default: the command"),
  timeout: duration.optional().describe("the command is ended after this time; default: that of the source"),
  chunk_size: z.int().min(1).optional().describe("points a message; default 1"),
  onFailure: failurePolicy.optional().describe("default: that of the source"),
  ...textValueKeys,
})

/** What a configuration of source-cmd may hold. */
export const cmdSchema = z.looseObject({
  metrics: z.record(metricName, metric).describe("the metrics, by their names"),
  timeout: duration.default("10s").describe("commands are ended after this time"),
  ...pollingKeys,
})

export type CmdConfig = z.infer<typeof cmdSchema>
export type CmdMetric = z.infer<typeof metric>

function isMetricName(text: string): boolean {
  try {
    checkMetricName(text)
    return true
  } catch {
    return false
  }
}

import { z } from "zod"
import { duration } from "../fields/duration.js"
import { failurePolicy } from "../fields/failure.js"
import { scheduleKeys } from "../fields/schedule.js"

/** The key of the metrics about targets. */
export const selfMetricsKeys = {
  selfMetrics: z
    .union([
      z.boolean(),
      z.looseObject({
        prefix: z.string().min(1).max(120).optional().describe("default: the token of the agent"),
        interval: duration.optional().describe('default "10s"'),
      }),
    ])
    .default(true)
    .describe("metrics about each target: up, duration, errors, last_success"),
}

/** Keys that every polling source has at the top of its configuration, beside its own. */
export const pollingKeys = {
  ...scheduleKeys,
  onFailure: failurePolicy
    .optional()
    .describe("what is sent for a metric that cannot be read: nan, nothing (skip), or its last value again"),
  maxConcurrent: z.int().min(1).max(10_000).default(64).describe("how many targets are asked at the same time at most"),
  ...selfMetricsKeys,
}

/** What of a configuration says which metrics about targets there are. */
export interface SelfMetricsConfig {
  readonly selfMetrics:
    | boolean
    | { readonly prefix?: string | undefined; readonly interval?: number | string | undefined }
}

/** What of a configuration the polling source itself uses. */
export interface PollingConfig extends SelfMetricsConfig {
  readonly maxConcurrent: number
}

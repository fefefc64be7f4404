import { z } from "zod"
import { duration, milliseconds } from "../fields/duration.js"
import { type FailurePolicy, failurePolicy } from "../fields/failure.js"
import type { SelfMetricsConfig } from "../polling/polling-config.js"
import { selfMetricsKeys } from "../polling/polling-config.js"
import { isTemplate } from "../values/name-template.js"
import type { ArrivingSettings } from "./arriving-metric.js"

/** Characters of a unit or description that was filled in with what others sent. */
const MAX_TEXT = 500

/** Keys that every source that is sent to has at the top of its configuration, beside its own. */
export const pushKeys = {
  max_metrics: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe("metrics at most; values of others are not taken, and counted"),
  ...selfMetricsKeys,
}

/** What of a configuration the source itself uses. */
export interface PushConfig extends SelfMetricsConfig {
  readonly max_metrics: number
}

/** A text with `{…}` in it. */
export const template = z
  .string()
  .min(1)
  .refine(isTemplate, { error: 'a template such as "lab.{topic[1]}.power", every { with its }' })

/** Keys that say what is known about a metric before its first value. */
export const arrivingKeys = {
  unit: z.string().optional().describe("unit of the value; may have {…} like the name"),
  description: z.string().optional().describe("may have {…} like the name"),
  rate: z.number().positive().optional().describe("how many values a second are expected"),
  chunk_size: z.int().min(1).optional().describe("points a message; default 1"),
  timeout: duration
    .optional()
    .describe("after so long without a value, onFailure says what is sent; default: nothing is"),
  onFailure: failurePolicy.optional().describe('default "nan"'),
}

/** What {@link arrivingKeys} hold. */
export interface ArrivingConfig {
  readonly unit?: string | undefined
  readonly description?: string | undefined
  readonly rate?: number | undefined
  readonly chunk_size?: number | undefined
  readonly timeout?: number | string | undefined
  readonly onFailure?: FailurePolicy | undefined
}

/** The settings of a metric; `fill` fills in what stands in braces. */
export function arrivingSettings(config: ArrivingConfig, fill: (text: string) => string): ArrivingSettings {
  const { unit, description, rate, chunk_size: chunkSize, timeout, onFailure = "nan" } = config
  return {
    metadata: {
      ...(unit !== undefined && { unit: fill(unit).slice(0, MAX_TEXT) }),
      ...(description !== undefined && { description: fill(description).slice(0, MAX_TEXT) }),
      ...(rate !== undefined && { rate }),
    },
    chunkSize,
    silence: timeout === undefined ? undefined : { timeoutMs: milliseconds(timeout), onFailure },
  }
}

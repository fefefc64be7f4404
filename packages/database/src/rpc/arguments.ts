import {
  ConfigError,
  type ConfigSchema,
  checkConfig,
  checkMetricName,
  type JsonObject,
  patternToRegExp,
  RPCError,
  Timestamp,
} from "@metricq/client"
import { z } from "zod"

/** Longest time that an RPC waits for a job, so that its answer comes before callers give up. */
const MAX_WAIT_S = 50
const wait = z.number().gte(0).lte(MAX_WAIT_S).default(2)
const time = z.string().refine(isTime, { error: 'a time with a zone such as "2026-11-26T03:41:07Z"' })
const pattern = z.string().refine(isPattern, { error: "a glob or a /regular expression/" })
const path = z.string().min(1).max(4096)

export const noArguments = z.looseObject({})
export const jobArguments = z.looseObject({ wait })
export const deleteArguments = z.looseObject({
  wait,
  metric: z.string().min(1).optional(),
  metrics: z.array(z.string().min(1)).min(1).max(10_000).optional(),
  pattern: pattern.optional(),
  range: z.looseObject({ begin: time.optional(), end: time.optional() }).optional(),
})
const renames = z
  .record(z.string().min(1), z.string().refine(isMetricName, { error: "the name of a metric" }))
  .refine((metrics) => Object.keys(metrics).length >= 1 && Object.keys(metrics).length <= 1000, {
    error: "1 to 1000 metrics",
  })
export const outlookArguments = z.looseObject({ metrics: renames })
export const renameArguments = z.looseObject({ wait, metrics: renames })
export const backupArguments = z.looseObject({ wait, folder: path })
export const importArguments = z.looseObject({
  wait,
  kind: z.string(),
  path,
  options: z.record(z.string(), z.unknown()).default({}),
})
export const storageArguments = z.looseObject({ metric: z.string().min(1) })
export const surveyArguments = z.looseObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, { error: '"next" of the page before' })
    .optional(),
  limit: z.int().gte(1).lte(10_000).default(1000),
})
export const jobsArguments = z.looseObject({ job: z.int().optional() })
export const cancelArguments = z.looseObject({ job: z.int() })

/** Arguments of an RPC as its schema has them. @throws {RPCError} naming what is wrong */
export function parseArguments<Arguments>(schema: ConfigSchema<Arguments>, args: JsonObject): Arguments {
  try {
    return checkConfig({ name: "arguments", schema }, args).config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new RPCError(error.problems.join("; "), { cause: error })
  }
}

function isTime(text: string): boolean {
  return accepts(() => Timestamp.fromIso(text))
}

function isMetricName(text: string): boolean {
  return accepts(() => checkMetricName(text))
}

function isPattern(text: string): boolean {
  return accepts(() => patternToRegExp(text))
}

function accepts(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

import { type HistoryClient, HistoryError, TimeoutError } from "@metricq/client"
import { type DurationLike, declaredInterval, type Metadata, Timedelta, Timestamp } from "@metricq/protocol"
import { CommandError, oneLine } from "../errors.js"
import { mapBounded } from "../network/bounded.js"
import type { MetricList } from "../network/metric-list.js"
import { type AgeRules, type Finding, judge, type Known } from "./judge.js"

/** How metrics are checked. */
export interface CheckOptions {
  readonly rules: AgeRules
  /** How long an answer is waited for. */
  readonly timeout: DurationLike
  readonly signal: AbortSignal
  /** Called after each metric. */
  onChecked?(): void
}

/** Metrics that databases are asked about at a time. */
const AT_ONCE = 64
/** Points on either side of the last that are looked at. */
const RECENT_POINTS = 10

/**
 * Ask databases about each metric, and tell what is wrong, in the order of the metrics.
 *
 * @throws {CommandError} `no-answer` if nothing is answered at all
 */
export async function checkMetrics(
  client: HistoryClient,
  metrics: MetricList,
  options: CheckOptions,
): Promise<Finding[]> {
  let answered = false
  let unanswered = 0
  const check = async ([metric, metadata]: [string, Metadata]): Promise<Finding[]> => {
    try {
      const known = await ask(client, metric, metadata, options)
      answered = true
      return judge(metric, metadata, known, Timestamp.now(), options.rules)
    } catch (error) {
      const finding = findingOf(metric, error)
      if (error instanceof TimeoutError) unanswered += 1
      else answered = true
      if (!answered && unanswered >= AT_ONCE) {
        throw new CommandError("no-answer", `no database answers; the last one asked about was ${metric}`, {
          cause: error,
        })
      }
      return [finding]
    } finally {
      options.onChecked?.()
    }
  }
  return (await mapBounded([...metrics], AT_ONCE, check)).flat()
}

async function ask(
  client: HistoryClient,
  metric: string,
  metadata: Metadata,
  { timeout, signal }: CheckOptions,
): Promise<Known> {
  const last = await client.historyLastValue(metric, { timeout, signal })
  const intervalS = declaredInterval(metadata)?.s
  if (last === undefined || intervalS === undefined) return { last }
  const side = Timedelta.fromSeconds(Math.min(intervalS * RECENT_POINTS, LONGEST_SIDE_S))
  const range = { start: last.timestamp.minus(side), end: last.timestamp.plus(side) }
  const recent = await client.historyRawTimeline(metric, { ...range, timeout, signal })
  return { last, recent }
}

/** So that a rate of almost never does not leave what times can be. */
const LONGEST_SIDE_S = 10 * 365 * 86_400

function findingOf(metric: string, error: unknown): Finding {
  if (error instanceof TimeoutError) return { metric, problem: "missing", detail: oneLine(error) }
  if (!(error instanceof HistoryError)) throw error
  return { metric, problem: error.code === "not-stored" ? "missing" : "unreadable", detail: oneLine(error) }
}

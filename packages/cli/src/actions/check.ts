import { checkMetrics } from "../check/check-metrics.js"
import type { Finding, Problem } from "../check/judge.js"
import { ExitWith } from "../errors.js"
import { findStored } from "../network/resolve-metrics.js"
import { withHistoryClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { durationOf } from "../options/times.js"
import { formatValue } from "../terminal/numbers.js"
import { note, printJson, printTable } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"

/** Options of `metricq check`. */
export interface CheckCommandOptions extends ConnectionOptions {
  readonly factor: number
  readonly maxAge?: string
  readonly timeout: string
  readonly json?: boolean
}

/** Find stored metrics that are dead, non-finite or missing; exit code 1 if there are any. */
export async function check(patterns: readonly string[], options: CheckCommandOptions): Promise<void> {
  const maxAgeS = options.maxAge === undefined ? undefined : durationOf("--max-age", options.maxAge).s
  const timeout = durationOf("--timeout", options.timeout)
  const rules = { factor: options.factor, maxAgeS }
  const { findings, total } = await withHistoryClient(options, async (client, signal) => {
    const metrics = await withProgress(() => "looking for metrics", findStored(client, patterns))
    let checked = 0
    const onChecked = (): void => {
      checked += 1
    }
    const checking = checkMetrics(client, metrics, { rules, timeout, signal, onChecked })
    return {
      findings: await withProgress(() => `checked ${checked} of ${metrics.size} metrics`, checking),
      total: metrics.size,
    }
  })
  if (options.json) printJson(findings.map(jsonOf))
  else print(findings)
  if (findings.length === 0) {
    if (process.stderr.isTTY) note(`${total} metrics checked, nothing found`)
    return
  }
  note(`${total} metrics checked: ${counted(findings)}`)
  throw new ExitWith(1)
}

function print(findings: readonly Finding[]): void {
  printTable(
    [
      { title: "metric" },
      { title: "problem" },
      { title: "last point" },
      { title: "value", align: "right" },
      { title: "what is wrong" },
    ],
    findings.map(({ metric, problem, last, detail }) => [
      metric,
      problem,
      last?.timestamp.toIso() ?? "",
      last === undefined ? "" : formatValue(last.value),
      detail,
    ]),
  )
}

function jsonOf({ metric, problem, detail, last, ageSeconds, allowedSeconds }: Finding): Record<string, unknown> {
  return {
    metric,
    problem,
    detail,
    lastTime: last?.timestamp.toIso() ?? null,
    lastValue: last === undefined ? null : Number.isFinite(last.value) ? last.value : String(last.value),
    ageSeconds,
    allowedSeconds,
  }
}

function counted(findings: readonly Finding[]): string {
  const problems: Problem[] = ["dead", "non-finite", "missing", "unreadable"]
  const counts = problems.map(
    (problem) => [findings.filter((each) => each.problem === problem).length, problem] as const,
  )
  return counts.flatMap(([count, problem]) => (count === 0 ? [] : [`${count} ${problem}`])).join(", ")
}

import { writeFile } from "node:fs/promises"
import { measure } from "../energy/measure.js"
import { type EnergyReport, energyJson, energyTable, withUnits } from "../energy/report.js"
import { CannotRun } from "../energy/run-command.js"
import { ExitWith, UsageError } from "../errors.js"
import { usageOf } from "../history/usage.js"
import { mapBounded } from "../network/bounded.js"
import { findStored } from "../network/resolve-metrics.js"
import { withHistoryClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { durationOf, rangeOf } from "../options/times.js"
import { note, printJson, printLines, printTable } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { renderTable } from "../terminal/table.js"
import { printable } from "../terminal/text.js"

/** Options of `metricq energy`. */
export interface EnergyOptions extends ConnectionOptions {
  readonly metric: readonly string[]
  readonly from?: string
  readonly to?: string
  readonly wait?: string
  readonly json?: boolean
  readonly output?: string
}

/** Metrics that databases are asked about at a time. */
const AT_ONCE = 32

/** Tell what metrics add up to while a command runs, or in a range of the past. */
export async function energy(command: readonly string[], options: EnergyOptions): Promise<void> {
  const isPast = options.from !== undefined || options.to !== undefined
  if (isPast && command.length > 0) throw new UsageError("a command and --from or --to cannot be together")
  if (isPast) return print(await fromHistory(options), options)
  if (command.length === 0) throw new UsageError("name a command behind --, or a time of the past with --from")
  const report = await whileRunning(command, options)
  await print(report, options)
  if (report.exitCode) throw new ExitWith(report.exitCode)
}

async function whileRunning(command: readonly string[], options: EnergyOptions): Promise<EnergyReport> {
  const waitS = options.wait === undefined ? undefined : durationOf("--wait", options.wait).s
  try {
    return await measure(command, options, waitS)
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error
    note(error.message)
    throw new ExitWith(error.exitCode)
  }
}

async function fromHistory(options: EnergyOptions): Promise<EnergyReport> {
  if (options.from === undefined) throw new UsageError("--to needs a --from")
  const range = rangeOf({ from: options.from, to: options.to ?? "now" })
  const { begin, end } = range
  return withHistoryClient(options, async (client, signal) => {
    const metrics = await withProgress(() => "looking for metrics", findStored(client, options.metric))
    let done = 0
    const read = mapBounded([...metrics.keys()], AT_ONCE, async (name) => {
      const aggregate = await client.historyAggregate(name, { start: begin, end, signal })
      done += 1
      return [name, usageOf(aggregate, end.minus(begin).s)] as const
    })
    const usages = new Map(await withProgress(() => `read ${done} of ${metrics.size} metrics`, read))
    return { begin, end, metrics: withUnits(metrics, usages) }
  })
}

async function print(report: EnergyReport, { json, output }: EnergyOptions): Promise<void> {
  const { columns, rows } = energyTable(report)
  const head = headline(report)
  if (output !== undefined) {
    const lines = [head, ...renderTable(columns, rows)]
    const text = json ? JSON.stringify(energyJson(report), null, 2) : lines.join("\n")
    await writeFile(output, `${text}\n`)
  } else if (json) printJson(energyJson(report))
  else {
    printLines([head])
    printTable(columns, rows)
  }
}

function headline({ begin, end, command, exitCode }: EnergyReport): string {
  const what = command === undefined ? "" : `${printable(command.join(" "))}: exit code ${exitCode}, `
  return `${what}${Number(end.minus(begin).s.toFixed(3))} s from ${begin.toIso()} to ${end.toIso()}`
}

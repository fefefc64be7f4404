import { findMetrics } from "../network/metric-list.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { note, printJson, printLines, printTable } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"
import { printable } from "../terminal/text.js"

/** Options of `metricq metrics`. */
export interface MetricsOptions extends ConnectionOptions {
  readonly json?: boolean
  readonly long?: boolean
  readonly limit?: number
}

/** Print the metrics that match a pattern: names, a table, or JSON. */
export async function listMetrics(pattern: string, options: MetricsOptions): Promise<void> {
  const found = await withClient(options, (client) =>
    withProgress(() => "asking for the list of metrics", findMetrics(client, [pattern], options.limit)),
  )
  if (options.json) {
    printJson([...found].map(([name, metadata]) => ({ name, ...withoutStorageKeys(metadata) })))
  } else if (options.long) {
    printTable(
      [
        { title: "metric" },
        { title: "unit" },
        { title: "Hz", align: "right" },
        { title: "source" },
        { title: "description" },
      ],
      [...found].map(([name, { unit, rate, source, description }]) => [
        name,
        ...[unit, rate, source, description].map(text),
      ]),
    )
  } else {
    printLines([...found.keys()].map(printable))
  }
  if (found.size === 0 && process.stderr.isTTY) note(`no metric matches ${pattern}`)
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value)
}

function withoutStorageKeys(metadata: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !key.startsWith("_")))
}

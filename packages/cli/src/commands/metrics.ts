import type { Command } from "commander"
import { type ConnectionOptions, withConnectionOptions, withExamples } from "../options/common.js"
import { parseCount } from "../options/values.js"

interface MetricsOptions extends ConnectionOptions {
  readonly json?: boolean
  readonly long?: boolean
  readonly limit?: number
}

/** Adds `metricq metrics`: the names, or all metadata, of the metrics that match a pattern. */
export function addMetrics(program: Command): void {
  const command = program
    .command("metrics")
    .description("list metrics")
    .argument("[pattern]", "glob (* within a component, ** across) or /regular expression/", "**")
    .option("--json", "a list of objects with name and metadata")
    .option("--long", "a table with unit, rate, source and description")
    .option("--limit <count>", "no more than this many", parseCount)
    .action(run)
  withConnectionOptions(command, "client-$USER-tool-metrics")
  withExamples(command, [
    ["metricq metrics", "all names"],
    ["metricq metrics 'lab.**.power' --long", "some, as a table"],
    ["metricq metrics '/node(1|2)\\.cpu/' --json", "by regular expression, for programs"],
  ])
}

async function run(pattern: string, options: MetricsOptions): Promise<void> {
  const [{ withClient }, { findMetrics }, { withProgress }, output] = await Promise.all([
    import("../network/session.js"),
    import("../network/metric-list.js"),
    import("../terminal/progress.js"),
    import("../terminal/output.js"),
  ])
  const found = await withClient(options, (client) =>
    withProgress(() => "asking for the list of metrics", findMetrics(client, [pattern], options.limit)),
  )
  if (options.json) {
    output.printJson([...found].map(([name, metadata]) => ({ name, ...withoutStorageKeys(metadata) })))
  } else if (options.long) {
    output.printTable(
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
    const { printable } = await import("../terminal/text.js")
    output.printLines([...found.keys()].map(printable))
  }
  if (found.size === 0 && process.stderr.isTTY) output.note(`no metric matches ${pattern}`)
}

function text(value: unknown): string {
  return value === undefined || value === null ? "" : String(value)
}

function withoutStorageKeys(metadata: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !key.startsWith("_")))
}

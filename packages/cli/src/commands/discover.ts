import type { JsonObject, Timedelta } from "@metricq/protocol"
import type { Command } from "commander"
import { type ConnectionOptions, withConnectionOptions, withExamples } from "../options/common.js"
import { parseDuration } from "../options/values.js"

interface DiscoverOptions extends ConnectionOptions {
  readonly timeout: Timedelta
  readonly json?: boolean
}

/** Adds `metricq discover`: which clients are there, by their own answer. */
export function addDiscover(program: Command): void {
  const command = program
    .command("discover")
    .description("ask all clients who they are")
    .option("--timeout <duration>", "how long answers are waited for", parseDuration, parseDuration("3s"))
    .option("--json", "an object with the answer of each token")
    .action(run)
  withConnectionOptions(command, "agent-$USER-tool-discover")
  withExamples(command, [
    ["metricq discover", "a table of all clients"],
    ["metricq discover --timeout 10s --json", "whole answers, for programs"],
  ])
}

async function run(options: DiscoverOptions): Promise<void> {
  const [{ withClient }, { withProgress }, output, { discoverRow, discoverColumns }] = await Promise.all([
    import("../network/session.js"),
    import("../terminal/progress.js"),
    import("../terminal/output.js"),
    import("../network/discovery.js"),
  ])
  const answers = new Map<string, JsonObject>()
  await withClient(options, async (client) => {
    const collect = async (): Promise<void> => {
      for await (const { token, response } of client.discover({ timeout: options.timeout })) {
        if (token !== client.token) answers.set(token ?? "", response)
      }
    }
    await withProgress(() => `${answers.size} clients so far`, collect())
  })
  const sorted = [...answers].sort(([a], [b]) => (a < b ? -1 : 1))
  if (options.json) output.printJson(Object.fromEntries(sorted))
  else
    output.printTable(
      discoverColumns,
      sorted.map(([token, answer]) => discoverRow(token, answer)),
    )
  if (sorted.length === 0 && !options.json) output.note(`no client answered within ${options.timeout.preciseString}`)
}

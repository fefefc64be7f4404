import type { JsonObject } from "@metricq/protocol"
import { discoverColumns, discoverRow } from "../network/discovery.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { durationOf } from "../options/times.js"
import { note, printJson, printTable } from "../terminal/output.js"
import { withProgress } from "../terminal/progress.js"

/** Options of `metricq discover`. */
export interface DiscoverOptions extends ConnectionOptions {
  readonly timeout: string
  readonly json?: boolean
}

/** Ask all clients who they are, and print the answers of those but ourselves. */
export async function discover(options: DiscoverOptions): Promise<void> {
  const timeout = durationOf("--timeout", options.timeout)
  const answers = new Map<string, JsonObject>()
  await withClient(options, async (client) => {
    const collect = async (): Promise<void> => {
      for await (const { token, response } of client.discover({ timeout })) {
        if (token !== client.token) answers.set(token ?? "", response)
      }
    }
    await withProgress(() => `${answers.size} clients so far`, collect())
  })
  const sorted = [...answers].sort(([a], [b]) => (a < b ? -1 : 1))
  if (options.json) printJson(Object.fromEntries(sorted))
  else
    printTable(
      discoverColumns,
      sorted.map(([token, answer]) => discoverRow(token, answer)),
    )
  if (sorted.length === 0 && !options.json) note(`no client answered within ${timeout.preciseString}`)
}

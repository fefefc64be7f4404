import { maskUrl } from "@metricq/client"
import { Database } from "@metricq/database"
import { runService } from "../network/service.js"
import { loggerFor } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { printLines } from "../terminal/output.js"

/** Options of `metricq database`. */
export interface DatabaseOptions extends ConnectionOptions {
  readonly folder: string
  readonly administrators: string[]
}

/** Run a database until a signal ends it. */
export async function runDatabase({ server, token, folder, administrators, verbose }: DatabaseOptions): Promise<void> {
  const logger = loggerFor(verbose)
  const database = new Database({ url: server, token, folder, administrators, stopTimeout: 1, logger })
  await runService(database, () => {
    const { metricCount } = database
    printLines([
      `database   ${folder} (${metricCount} metric${metricCount === 1 ? "" : "s"})`,
      `ready  ${maskUrl(server)}`,
    ])
  })
}

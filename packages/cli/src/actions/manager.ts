import { maskUrl } from "@metricq/client"
import { Manager, openDocuments } from "@metricq/manager"
import { runService } from "../network/service.js"
import { loggerFor } from "../network/session.js"
import type { CommonOptions } from "../options/common.js"
import type { VersionOptions } from "../options/versions.js"
import { printLines } from "../terminal/output.js"

/** Options of `metricq manager`. */
export interface ManagerOptions extends CommonOptions, VersionOptions {
  readonly server: string
  readonly dataUrl?: string
  readonly documents: string
  readonly administrators: string[]
}

/** Run the manager until a signal ends it. */
export async function runManager({
  server,
  dataUrl,
  documents,
  administrators,
  configVersions,
  configDays,
  verbose,
}: ManagerOptions): Promise<void> {
  const store = await openDocuments(documents)
  try {
    const logger = loggerFor(verbose)
    const manager = new Manager({
      ...{ url: server, dataUrl, documents: store, administrators, logger },
      ...{ configVersions, configDays },
    })
    await runService(manager, () => printLines([`ready  ${maskUrl(server)}`]))
  } finally {
    await store.close()
  }
}

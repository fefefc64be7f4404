import { maskUrl } from "@metricq/client"
import { Manager } from "@metricq/manager"
import { runService } from "../network/service.js"
import { loggerFor } from "../network/session.js"
import type { CommonOptions } from "../options/common.js"
import { type DocumentsOptions, openPlace } from "../options/documents.js"
import type { VersionOptions } from "../options/versions.js"
import { printLines } from "../terminal/output.js"

/** Options of `metricq manager`. */
export interface ManagerOptions extends CommonOptions, VersionOptions, DocumentsOptions {
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
  documentsUser,
  administrators,
  configVersions,
  configDays,
  verbose,
}: ManagerOptions): Promise<void> {
  const logger = loggerFor(verbose)
  const store = await openPlace({ documents, documentsUser }, logger)
  try {
    const manager = new Manager({
      ...{ url: server, dataUrl, documents: store, administrators, logger },
      ...{ configVersions, configDays },
    })
    await runService(manager, () => printLines([`ready  ${maskUrl(server)}`]))
  } finally {
    await store.close()
  }
}

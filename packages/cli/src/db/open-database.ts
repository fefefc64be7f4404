import { withClient } from "../network/session.js"
import type { DatabaseOptions, RunningDatabaseOptions } from "../options/database.js"
import type { DatabaseHandle } from "./database-handle.js"
import { RemoteDatabase } from "./remote-database.js"

/** Do `work` on the database that the options mean: the running one, or the folder of one that does not run. */
export async function withDatabase<T>(
  options: DatabaseOptions,
  work: (database: DatabaseHandle) => Promise<T>,
): Promise<T> {
  if (options.folder !== undefined) return (await import("./folder-database.js")).withFolder(options.folder, work)
  return withRemoteDatabase(options, work)
}

/** Do `work` on the running database that the options mean. */
export function withRemoteDatabase<T>(
  options: RunningDatabaseOptions,
  work: (database: RemoteDatabase) => Promise<T>,
): Promise<T> {
  return withClient(options, (client, signal) => work(new RemoteDatabase(client, options.database, signal)), {
    administrator: true,
    endsBySignal: true,
  })
}

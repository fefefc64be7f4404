import type { DatabaseHandle } from "./database-handle.js"

/** Do `work` on the folder of a database that does not run. */
export async function withFolder<T>(_folder: string, _work: (database: DatabaseHandle) => Promise<T>): Promise<T> {
  throw new Error("not yet")
}

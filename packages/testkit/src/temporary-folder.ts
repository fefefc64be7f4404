import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestEnd, type TestScope } from "./test-scope.js"

/**
 * Makes an empty folder for the test of `t`, removed with all it holds when the test ends.
 *
 * Register what writes into it after this call: cleanups run in reverse order.
 *
 * @param label goes into the folder's name, so that one left by a crash can be told apart
 */
export async function temporaryFolder(t: TestScope, label = "test"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `metricq-${label}-`))
  onTestEnd(t, () => removeFolder(folder))
  return folder
}

/** Removes a folder with all it holds; one that is not there is no error. Waits a little for files still being closed. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

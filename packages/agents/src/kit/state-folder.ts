import { join } from "node:path"

let folder: string | undefined = process.env.METRICQ_STATE_DIR

/**
 * Sets where all agents of this process keep what they want to find again after a restart; `metricq agent --state-dir` does.
 * `undefined`: nowhere.
 */
export function setStateFolder(path: string | undefined): void {
  folder = path
}

/** The file of an agent in the folder of states; `undefined` if there is no such folder, and nothing is kept. */
export function stateFile(token: string, ending: string): string | undefined {
  return folder === undefined ? undefined : join(folder, `${encodeURIComponent(token)}${ending}`)
}

import { mkdirSync } from "node:fs"
import { FolderInUse, FolderLock } from "@metricq/files"
import { BrokerError } from "../errors.js"

/**
 * Takes the folder for this process; it is made if it is missing.
 *
 * @throws {BrokerError} `data-dir-locked` if a running process has it, this one included; `data-dir` if it cannot be made
 */
export function lockDataFolder(folder: string): FolderLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return new FolderLock(folder)
  } catch (cause) {
    if (cause instanceof FolderInUse) throw new BrokerError("data-dir-locked", cause.message, { cause })
    throw new BrokerError("data-dir", `cannot make the folder ${folder}: ${(cause as Error).message}`, { cause })
  }
}

import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { FolderInUse, FolderLock, nodeDisk } from "@metricq/files"

const TRIES = 100
const PAUSE_MS = 50

/**
 * Do `work` while no other process, and nobody else in this one, does so for the same folder. Waits for them up to five seconds.
 *
 * @throws {FolderInUse} if they take longer; what `work` rejects with
 */
export async function withWriteLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const place = join(folder, "users.lock")
  await nodeDisk.makeFolder(place)
  const lock = await take(place)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

async function take(place: string): Promise<FolderLock> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return new FolderLock(place)
    } catch (error) {
      if (!(error instanceof FolderInUse) || left === 0) throw error
      await pause(PAUSE_MS)
    }
  }
}

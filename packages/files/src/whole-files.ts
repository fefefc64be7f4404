import { dirname } from "node:path"
import type { Disk, DiskFile } from "./disk.js"

/** Write all of `bytes` at `position`, in as many pieces as the system makes of it. */
export async function writeFully(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const written = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done)
    if (written === 0) throw Object.assign(new Error("the disk takes no bytes"), { code: "EIO" })
    done += written
  }
}

/** Fill `bytes` from `position` on; resolves with how many bytes there were before the file ended. */
export async function readFully(file: DiskFile, bytes: Uint8Array, position: number): Promise<number> {
  let done = 0
  while (done < bytes.length) {
    const count = await file.read(done === 0 ? bytes : bytes.subarray(done), position + done)
    if (count === 0) break
    done += count
  }
  return done
}

/** All bytes of a file, in a buffer of their own; undefined if there is no such file. */
export async function readFile(disk: Disk, path: string): Promise<Uint8Array | undefined> {
  let file: DiskFile
  try {
    file = await disk.open(path, "read")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
  try {
    const bytes = new Uint8Array(await file.size())
    return bytes.subarray(0, await readFully(file, bytes, 0))
  } finally {
    await file.close()
  }
}

/**
 * Make a file with these bytes, or put them in place of those it has: after a crash it has either all the old or all the new ones.
 * Resolves when the new ones are safe. The draft is beside it under the name `draftOf(path)`; one that a crash left is overwritten.
 */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const draft = draftOf(path)
  await disk.remove(draft)
  const file = await disk.open(draft, "create")
  try {
    await writeFully(file, bytes, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(draft, path)
  await disk.syncFolder(dirname(path))
}

/** Name of the file that {@link replaceFile} writes first. */
export function draftOf(path: string): string {
  return `${path}.new`
}

import { type FileHandle, open, readdir, readlink, statfs } from "node:fs/promises"
import { basename } from "node:path"

/** Size of a filesystem: blocks of `bsize` bytes, and file nodes. */
export interface FilesystemSize {
  readonly bsize: number
  readonly blocks: number
  /** Free blocks, with those kept for root. */
  readonly bfree: number
  /** Free blocks that anyone may use. */
  readonly bavail: number
  readonly files: number
  readonly ffree: number
}

/** What the groups need of a machine's file tree. Nothing here rejects: what cannot be read is `undefined` or empty. */
export interface Files {
  /** The whole text of a file of /proc, or of an attribute in /sys. */
  read(path: string): Promise<string | undefined>
  /** Names in a folder, sorted, numbers by value. */
  list(folder: string): Promise<string[]>
  /** Last part of what a symbolic link points to. */
  linkName(path: string): Promise<string | undefined>
  statfs(path: string): Promise<FilesystemSize | undefined>
}

/** As many files are held open; others are opened for each reading. */
const MAX_OPEN = 512
const BUFFER_BYTES = 16_384
/** No text of /proc that is read here comes near it; beyond it the rest is cut off. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024

/**
 * The files of this machine. They stay open from one reading to the next, which costs a fifth of opening them each time:
 * /proc and /sys produce their text anew for every reading from the start. `close()` gives them back; nothing can be read
 * afterwards.
 */
export class SystemFiles implements Files {
  readonly #open = new Map<string, FileHandle>()
  #closed = false

  async read(path: string): Promise<string | undefined> {
    if (this.#closed) return undefined
    const kept = this.#open.get(path)
    let handle = kept
    try {
      handle ??= await open(path, "r")
      const text = await readText(handle, path.startsWith("/sys/"))
      if (kept === undefined) await this.#keep(path, handle)
      return text
    } catch {
      // No rights, gone (ENODEV on a file still open), or a sensor that has nothing to say just now.
      if (this.#open.get(path) === handle) this.#open.delete(path)
      await handle?.close().catch(() => undefined)
      return undefined
    }
  }

  async list(folder: string): Promise<string[]> {
    const names = await readdir(folder).catch((): string[] => [])
    return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  }

  async linkName(path: string): Promise<string | undefined> {
    const target = await readlink(path).catch(() => undefined)
    return target === undefined ? undefined : basename(target)
  }

  statfs(path: string): Promise<FilesystemSize | undefined> {
    return statfs(path).catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#closed = true
    const handles = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(handles.map((handle) => handle.close().catch(() => undefined)))
  }

  async #keep(path: string, handle: FileHandle): Promise<void> {
    if (this.#closed || this.#open.size >= MAX_OPEN || this.#open.has(path)) await handle.close()
    else this.#open.set(path, handle)
  }
}

/** Reads a text to its end: /proc gives long ones a page at a time, an attribute of /sys is one page at most. */
async function readText(handle: FileHandle, attribute: boolean): Promise<string> {
  const parts: Buffer[] = []
  let position = 0
  while (position < MAX_TEXT_BYTES) {
    const buffer = Buffer.allocUnsafe(attribute ? 4096 : BUFFER_BYTES)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) break
    parts.push(buffer.subarray(0, bytesRead))
    position += bytesRead
    if (attribute) break
  }
  return Buffer.concat(parts).toString("utf8")
}

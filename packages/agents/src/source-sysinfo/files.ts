import { closeSync, openSync, readSync } from "node:fs"
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
  /** Gives back what is held open. Nothing can be read afterwards. */
  close(): Promise<void>
}

/** As many files are held open; others are opened for each reading. */
const MAX_OPEN = 512
const BUFFER_BYTES = 65_536
/** No text of /proc that is read here comes near it; beyond it the rest is cut off. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024
/** What an attribute of /sys is at most. */
const PAGE_BYTES = 4096

/**
 * The files of this machine. They stay open from one reading to the next: /proc and /sys produce their text anew for every
 * reading from the start.
 *
 * Texts of /proc are made in memory within microseconds and are read at once; the thread pool would cost twenty times as much.
 * What is behind an attribute of /sys may be a slow device: that waits in the thread pool.
 */
export class SystemFiles implements Files {
  readonly #handles = new Map<string, FileHandle>()
  readonly #descriptors = new Map<string, number>()
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  #closed = false

  async read(path: string): Promise<string | undefined> {
    if (this.#closed) return undefined
    return path.startsWith("/sys/") ? this.#readAttribute(path) : this.#readText(path)
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
    const handles = [...this.#handles.values()]
    const descriptors = [...this.#descriptors.values()]
    this.#handles.clear()
    this.#descriptors.clear()
    descriptors.forEach(closeSync)
    await Promise.all(handles.map((handle) => handle.close().catch(() => undefined)))
  }

  #readText(path: string): string | undefined {
    let descriptor = this.#descriptors.get(path)
    try {
      descriptor ??= openSync(path, "r")
      this.#descriptors.set(path, descriptor)
      return readToEnd(descriptor, this.#buffer)
    } catch {
      this.#descriptors.delete(path)
      if (descriptor !== undefined) closeSync(descriptor)
      return undefined
    }
  }

  async #readAttribute(path: string): Promise<string | undefined> {
    const kept = this.#handles.get(path)
    let handle = kept
    try {
      handle ??= await open(path, "r")
      const buffer = Buffer.allocUnsafe(PAGE_BYTES)
      const { bytesRead } = await handle.read(buffer, 0, PAGE_BYTES, 0)
      if (kept === undefined) await this.#keep(path, handle)
      return buffer.toString("utf8", 0, bytesRead)
    } catch {
      // No rights, gone (ENODEV on a file still open), or a sensor that has nothing to say just now.
      if (this.#handles.get(path) === handle) this.#handles.delete(path)
      await handle?.close().catch(() => undefined)
      return undefined
    }
  }

  async #keep(path: string, handle: FileHandle): Promise<void> {
    if (this.#closed || this.#handles.size >= MAX_OPEN || this.#handles.has(path)) await handle.close()
    else this.#handles.set(path, handle)
  }
}

/** Reads a text to its end: the kernel gives long ones a page at a time. */
function readToEnd(descriptor: number, buffer: Buffer): string {
  const parts: Buffer[] = []
  let position = 0
  let filled = 0
  while (position < MAX_TEXT_BYTES) {
    const bytesRead = readSync(descriptor, buffer, filled, buffer.length - filled, position)
    if (bytesRead === 0) break
    position += bytesRead
    filled += bytesRead
    if (filled === buffer.length) {
      parts.push(Buffer.from(buffer))
      filled = 0
    }
  }
  const rest = buffer.subarray(0, filled)
  return (parts.length === 0 ? rest : Buffer.concat([...parts, rest])).toString("utf8")
}

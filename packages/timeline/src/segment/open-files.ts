import type { Disk, DiskFile } from "@metricq/files"

interface OpenFile {
  readonly file: Promise<DiskFile>
  users: number
}

/** Files open for reading, a bounded number of them: those not used for longest are closed first. */
export class OpenFiles {
  readonly #disk: Disk
  readonly #limit: number
  /** In order of last use. */
  readonly #files = new Map<string, OpenFile>()

  constructor(disk: Disk, limit = 64) {
    this.#disk = disk
    this.#limit = limit
  }

  /** How many are open. */
  get count(): number {
    return this.#files.size
  }

  /** Open a file, unless it is, and keep it open while `work` lasts. */
  async use<T>(path: string, work: (file: DiskFile) => Promise<T>): Promise<T> {
    let open = this.#files.get(path)
    if (open) this.#files.delete(path)
    else open = { file: this.#disk.open(path, "read"), users: 0 }
    this.#files.set(path, open)
    open.users++
    try {
      this.#closeUnused()
      return await work(await open.file)
    } catch (error) {
      if (this.#files.get(path) === open) this.#files.delete(path)
      throw error
    } finally {
      open.users--
      if (open.users === 0 && this.#files.get(path) !== open) close(open)
    }
  }

  /** Close a file that is to be removed. */
  forget(path: string): void {
    const open = this.#files.get(path)
    if (!open) return
    this.#files.delete(path)
    if (open.users === 0) close(open)
  }

  /** Close all; those in use once they are not. */
  close(): void {
    for (const path of [...this.#files.keys()]) this.forget(path)
  }

  #closeUnused(): void {
    for (const [path, open] of this.#files) {
      if (this.#files.size <= this.#limit) return
      if (open.users === 0) this.forget(path)
    }
  }
}

function close(open: OpenFile): void {
  // One that could not be opened needs no closing, and one open for reading has nothing to lose.
  open.file.then((file) => file.close()).catch(() => {})
}

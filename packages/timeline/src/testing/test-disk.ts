import { dirname } from "node:path"
import type { Disk, DiskFile } from "@metricq/files"

/** A change of a file that a loss of power may undo, in whole or in parts. */
type Change = { readonly position: number; readonly bytes: Uint8Array } | { readonly length: number }

/** What a file holds; names are kept apart, as one file may have several. */
interface Content {
  bytes: Uint8Array
  /** What is there for sure after a loss of power, and what may be. */
  safe: Uint8Array
  changes: Change[]
}

/** A change of names that a loss of power may undo, with all that follow. */
type Naming = (names: Map<string, Content>) => void

/** What goes wrong with a disk. */
export interface DiskFaults {
  /** Number of the operation, counted from 1, at which power is lost; every later one fails, too. */
  readonly powerCutAt?: number
  /** The operation of this number fails with this code. */
  readonly failAt?: { readonly operation: number; readonly code: string }
  /** Bytes that all files together may have. */
  readonly capacity?: number
  /** Every write and every change of names fails with `EROFS`. */
  readonly readOnly?: boolean
  /** Called before each operation with its name; what it throws is its outcome. */
  readonly before?: (operation: string, path: string) => void
  /** A read goes on when what this gives has resolved. */
  readonly hold?: (operation: string, path: string) => Promise<void> | undefined
}

const SECTOR = 512

/**
 * A disk in memory that remembers what has been synced, so that power can be cut at any moment, and that fails as it is told to.
 *
 * Writes and reads are short now and then. After a loss of power un-synced writes are there, or not, or in parts, whatever their order;
 * names are as after the last sync of their folder, or as after any number of the changes since.
 */
export class TestDisk implements Disk {
  faults: DiskFaults = {}
  /** Operations so far. */
  operations = 0
  readonly #names: Map<string, Content>
  readonly #safeNames: Map<string, Content>
  #namings: Naming[] = []
  readonly #random: () => number

  constructor(random: () => number, files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#random = random
    this.#names = new Map(
      [...files].map(([path, bytes]) => [path, { bytes: bytes.slice(), safe: bytes.slice(), changes: [] }]),
    )
    this.#safeNames = new Map(this.#names)
  }

  /** What a process finds that starts after this one was killed. */
  afterKill(): TestDisk {
    return new TestDisk(this.#random, this.files())
  }

  /** What is left after a loss of power. */
  afterPowerCut(): TestDisk {
    const names = new Map(this.#safeNames)
    const survived = Math.floor(this.#random() * (this.#namings.length + 1))
    for (const naming of this.#namings.slice(0, survived)) naming(names)
    return new TestDisk(this.#random, new Map([...names].map(([path, content]) => [path, this.#torn(content)])))
  }

  /** All files as they are now. */
  files(): Map<string, Uint8Array> {
    return new Map([...this.#names].map(([path, { bytes }]) => [path, bytes]))
  }

  async open(path: string, mode: "read" | "change" | "create"): Promise<DiskFile> {
    this.#operate("open", path, mode === "create")
    const known = this.#names.get(path)
    if (mode === "create") {
      if (known) throw failure("EEXIST", path)
      const content: Content = { bytes: new Uint8Array(), safe: new Uint8Array(), changes: [] }
      this.#name((names) => names.set(path, content))
      return new TestFile(this, path, content)
    }
    if (!known) throw failure("ENOENT", path)
    return new TestFile(this, path, known)
  }

  async list(folder: string): Promise<string[]> {
    this.#operate("list", folder, false)
    return [...this.#names.keys()]
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1))
  }

  async size(path: string): Promise<number | undefined> {
    this.#operate("size", path, false)
    return this.#names.get(path)?.bytes.length
  }

  async rename(from: string, to: string): Promise<void> {
    this.#operate("rename", from, true)
    const content = this.#names.get(from)
    if (!content) throw failure("ENOENT", from)
    this.#name((names) => {
      names.delete(from)
      names.set(to, content)
    })
  }

  async link(from: string, to: string): Promise<void> {
    this.#operate("link", from, true)
    const content = this.#names.get(from)
    if (!content) throw failure("ENOENT", from)
    if (this.#names.has(to)) throw failure("EEXIST", to)
    this.#name((names) => names.set(to, content))
  }

  async remove(path: string): Promise<void> {
    this.#operate("remove", path, true)
    this.#name((names) => names.delete(path))
  }

  async makeFolder(path: string): Promise<void> {
    this.#operate("makeFolder", path, true)
  }

  async syncFolder(folder: string): Promise<void> {
    this.#operate("syncFolder", folder, false)
    // Of all folders: a store has only one.
    this.#namings = []
    this.#safeNames.clear()
    for (const [path, content] of this.#names) this.#safeNames.set(path, content)
  }

  /** @internal */
  read(path: string, content: Content, bytes: Uint8Array, position: number): number {
    this.#operate("read", path, false)
    const count = Math.max(0, Math.min(this.#some(bytes.length), content.bytes.length - position))
    bytes.set(content.bytes.subarray(position, position + count))
    return count
  }

  /** @internal */
  write(path: string, content: Content, bytes: Uint8Array, position: number): number {
    this.#operate("write", path, true)
    const room = (this.faults.capacity ?? Number.POSITIVE_INFINITY) - this.#used(content) - position
    const count = Math.min(this.#some(bytes.length), Math.max(room, content.bytes.length - position))
    if (count <= 0) throw failure("ENOSPC", path)
    const change = { position, bytes: bytes.slice(0, count) }
    content.changes.push(change)
    content.bytes = changed(content.bytes, change)
    return count
  }

  /** @internal */
  truncate(path: string, content: Content, length: number): void {
    this.#operate("truncate", path, true)
    content.changes.push({ length })
    content.bytes = changed(content.bytes, { length })
  }

  /** @internal */
  sync(path: string, content: Content): void {
    const { changes } = content
    // Linux takes what it could not write for written: no later sync tries again, and none says so.
    content.changes = []
    try {
      this.#operate("sync", path, false)
    } catch (error) {
      if (this.#hasPower()) throw error
      content.changes = changes
      throw error
    }
    content.safe = changes.reduce(changed, content.safe)
  }

  #hasPower(): boolean {
    const { powerCutAt } = this.faults
    return powerCutAt === undefined || this.operations < powerCutAt
  }

  #operate(name: string, path: string, changes: boolean): void {
    const { failAt, readOnly, before } = this.faults
    this.operations++
    if (!this.#hasPower()) throw failure("EIO", `${path}: no power`)
    if (failAt?.operation === this.operations) throw failure(failAt.code, path)
    if (readOnly && changes) throw failure("EROFS", path)
    before?.(name, path)
  }

  #name(naming: Naming): void {
    naming(this.#names)
    this.#namings.push(naming)
  }

  /** So many bytes, or now and then fewer. */
  #some(count: number): number {
    return count > 1 && this.#random() < 0.1 ? Math.ceil(this.#random() * count) : count
  }

  #used(except: Content): number {
    const contents = new Set(this.#names.values())
    contents.delete(except)
    let used = 0
    for (const { bytes } of contents) used += bytes.length
    return used
  }

  #torn({ safe, changes }: Content): Uint8Array {
    let bytes = safe
    for (const change of changes) {
      const fate = this.#random()
      if (fate < 0.3) continue
      if (fate < 0.6 || "length" in change) bytes = changed(bytes, change)
      else bytes = this.#tornWrite(bytes, change)
    }
    return bytes
  }

  /** Some sectors of a write, and zeros in place of others if the file has become longer. */
  #tornWrite(before: Uint8Array, { position, bytes }: { position: number; bytes: Uint8Array }): Uint8Array {
    let torn = before
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + SECTOR - ((position + at) % SECTOR))
      if (this.#random() < 0.5) torn = changed(torn, { position: position + at, bytes: bytes.subarray(at, end) })
      at = end
    }
    return torn
  }
}

class TestFile implements DiskFile {
  readonly #disk: TestDisk
  readonly #path: string
  readonly #content: Content

  constructor(disk: TestDisk, path: string, content: Content) {
    this.#disk = disk
    this.#path = path
    this.#content = content
  }

  async read(bytes: Uint8Array, position: number): Promise<number> {
    await this.#disk.faults.hold?.("read", this.#path)
    return this.#disk.read(this.#path, this.#content, bytes, position)
  }

  async write(bytes: Uint8Array, position: number): Promise<number> {
    return this.#disk.write(this.#path, this.#content, bytes, position)
  }

  async sync(): Promise<void> {
    this.#disk.sync(this.#path, this.#content)
  }

  async truncate(length: number): Promise<void> {
    this.#disk.truncate(this.#path, this.#content, length)
  }

  async size(): Promise<number> {
    return this.#content.bytes.length
  }

  async close(): Promise<void> {}
}

function changed(bytes: Uint8Array, change: Change): Uint8Array {
  const end = "length" in change ? change.length : Math.max(bytes.length, change.position + change.bytes.length)
  const after = new Uint8Array(end)
  after.set(bytes.subarray(0, end))
  if ("bytes" in change) after.set(change.bytes, change.position)
  return after
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

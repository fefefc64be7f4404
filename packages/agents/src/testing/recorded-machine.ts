import { readFileSync } from "node:fs"
import { basename } from "node:path"
import type { Files, FilesystemSize } from "../source-sysinfo/files.js"

/** A machine that was written down, in `fixtures/<name>.txt`; tests change it as they like. */
export class RecordedMachine implements Files {
  /** Texts by path. */
  readonly texts = new Map<string, string>()
  readonly links = new Map<string, string>()
  readonly sizes = new Map<string, FilesystemSize>()
  /** How often each path was read. */
  readonly reads = new Map<string, number>()
  /** The monotonic clock of the machine, in milliseconds. */
  nowMs = 1000

  constructor(name?: string) {
    if (name === undefined) return
    const text = readFileSync(new URL(`../../fixtures/${name}.txt`, import.meta.url), "utf8")
    for (const section of text.split(/^=== /m).slice(1)) this.#add(section)
  }

  /** The clock, to be handed on. */
  readonly now = () => this.nowMs

  /** Replaces a part of a text, which must be there. */
  edit(path: string, from: string | RegExp, to: string): void {
    const text = this.texts.get(path) ?? ""
    const edited = text.replace(from, to)
    if (edited === text) throw new Error(`${path} of the recorded machine has no ${from}`)
    this.texts.set(path, edited)
  }

  async read(path: string): Promise<string | undefined> {
    this.reads.set(path, (this.reads.get(path) ?? 0) + 1)
    return this.texts.get(path)
  }

  async list(folder: string): Promise<string[]> {
    const paths = [...this.texts.keys(), ...this.links.keys()].filter((path) => path.startsWith(`${folder}/`))
    const names = new Set(paths.map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""))
    return [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
  }

  async linkName(path: string): Promise<string | undefined> {
    return this.links.get(path)
  }

  async statfs(path: string): Promise<FilesystemSize | undefined> {
    return this.sizes.get(path)
  }

  async close(): Promise<void> {}

  #add(section: string): void {
    const end = section.indexOf("\n")
    const head = section.slice(0, end)
    const [path = "", target] = head.split(" -> ")
    const [, mount = "", numbers = ""] = /^statfs (.+?)((?: \d+){6})$/.exec(head) ?? []
    if (target !== undefined) this.links.set(path, basename(target))
    else if (mount !== "") this.sizes.set(mount, sizeOf(numbers.trim().split(" ").map(Number)))
    else this.texts.set(path, section.slice(end + 1))
  }
}

function sizeOf([bsize = 0, blocks = 0, bfree = 0, bavail = 0, files = 0, ffree = 0]: number[]): FilesystemSize {
  return { bsize, blocks, bfree, bavail, files, ffree }
}

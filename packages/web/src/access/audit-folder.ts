import { appendFile, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { type AuditFilter, type AuditLine, fits } from "./audit-entry.js"

/** A file is closed when it is so long; the oldest go when there are more. Together: 64 MiB. */
const limits = { fileBytes: 4 * 1024 * 1024, files: 16 }

const shape = /^audit-(\d{12})\.jsonl$/

/**
 * The changes that were made, a line of JSON each, in files named after the number of their first line. Files are only ever appended to, and the
 * oldest removed; one that ends within a line, after a crash, is left as it is.
 *
 * Calls must not overlap, but for `read`. One process only.
 */
export class AuditFolder {
  readonly #folder: string
  readonly #limits: typeof limits
  #file: string | undefined
  #bytes = 0

  constructor(folder: string, bounds: Partial<typeof limits> = {}) {
    this.#folder = folder
    this.#limits = { ...limits, ...bounds }
  }

  /** Tells the number of the last line; 0 if there is none. */
  async open(): Promise<number> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const name = (await this.#names()).at(-1)
    if (name === undefined) return 0
    const text = await readFile(join(this.#folder, name), "utf8")
    const last = linesOf(text).at(-1)?.seq ?? Number(shape.exec(name)?.[1]) - 1
    if (text.endsWith("\n") && (await stat(join(this.#folder, name))).size < this.#limits.fileBytes) {
      this.#file = name
      this.#bytes = Buffer.byteLength(text)
    }
    return last
  }

  /** Resolves when the lines are on the disk. */
  async append(lines: readonly AuditLine[]): Promise<void> {
    const [first] = lines
    if (first === undefined) return
    if (this.#file === undefined || this.#bytes >= this.#limits.fileBytes) await this.#begin(first.seq)
    const path = join(this.#folder, this.#file as string)
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("")
    try {
      await appendFile(path, text, { mode: 0o600, flush: true })
    } catch (error) {
      this.#file = undefined // it may end within a line
      throw error
    }
    this.#bytes += Buffer.byteLength(text)
  }

  /** The newest that fit, newest first. */
  async read(filter: AuditFilter): Promise<AuditLine[]> {
    const found: AuditLine[] = []
    for (const name of (await this.#names()).reverse()) {
      if (found.length >= filter.limit) break
      if (filter.before !== undefined && Number(shape.exec(name)?.[1]) >= filter.before) continue
      const text = await readFile(join(this.#folder, name), "utf8").catch(() => "") // removed meanwhile
      const lines = linesOf(text).filter((line) => fits(line, filter))
      found.push(...lines.reverse())
    }
    return found.slice(0, filter.limit)
  }

  async #begin(seq: number): Promise<void> {
    this.#file = `audit-${String(seq).padStart(12, "0")}.jsonl`
    this.#bytes = 0
    await (await open(join(this.#folder, this.#file), "ax", 0o600).catch(ifThere))?.close()
    const names = await this.#names()
    for (const name of names.slice(0, -this.#limits.files)) await rm(join(this.#folder, name), { force: true })
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => [])
    return names.filter((name) => shape.test(name)).sort()
  }
}

/** After a crash the same number may begin once more: what is there is one torn line. */
function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "EEXIST") throw error
  return undefined
}

function linesOf(text: string): AuditLine[] {
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as AuditLine]
    } catch {
      return []
    }
  })
}

import { closeSync, fdatasync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs"
import { dirname, join } from "node:path"
import { BrokerError } from "../errors.js"
import type { Logger } from "../logger.js"
import type { Definition } from "../model/definitions.js"
import { decodeDefinition, decodeHead, encodeDefinition, encodeHead, VERSION } from "./definition-format.js"

const FILE = "definitions.jsonl"
/** The log is rewritten when it is this many times as long as what it says, and some. */
const GROWTH = 4
const GROWTH_FLOOR = 10_000
/** After a failed write, how long until the next try. */
const RETRY_MS = 1000

/**
 * The file in which definitions survive: a line that names the format, then one line for each change, in order, each with a check sum.
 *
 * Changes are written before the answers that promise them leave, so killing the process loses none; they reach the disk itself a
 * moment later. The file is made anew, under another name and then renamed, at each start and when it has grown.
 */
export class DefinitionLog {
  readonly #path: string
  readonly #logger: Logger
  readonly #snapshot: () => Iterable<Definition>
  #file: number | undefined
  #pending: string[] = []
  #lines = 0
  /** Lines of the last snapshot. */
  #baseLines = 0
  #syncing: "no" | "yes" | "again" = "no"
  /** After a failed write the end of the file is unknown: the next write makes it anew, not before this moment. */
  #rewriteAt: number | undefined

  /**
   * @param folder must exist
   * @param snapshot everything that must survive, as a list of changes
   */
  constructor(folder: string, snapshot: () => Iterable<Definition>, logger: Logger) {
    this.#path = join(folder, FILE)
    this.#snapshot = snapshot
    this.#logger = logger
  }

  /**
   * Hands every definition in the file to `apply`, none if there is no file. A last line that was cut off by a crash is left out.
   *
   * @throws {BrokerError} `definitions-version` for a file of a later version, `definitions-corrupt` for a line that cannot be read or
   *   applied; it names file and line
   */
  load(apply: (definition: Definition) => void): void {
    const lines = this.#read()
    if (lines === undefined) return
    this.#checkHead(lines[0] ?? "")
    for (let index = 1; index < lines.length; index++) {
      try {
        apply(decodeDefinition(lines[index] as string))
      } catch (cause) {
        throw this.#corrupt(index + 1, cause)
      }
    }
  }

  /** Makes the file anew from the snapshot and opens it. @throws {BrokerError} `data-dir` if it cannot be written */
  open(): void {
    try {
      this.#rewrite()
    } catch (cause) {
      const text = `cannot write ${this.#path}: ${(cause as Error).message}`
      throw new BrokerError("data-dir", text, { cause })
    }
  }

  /** Notes a change; `flush` writes it. */
  append(definition: Definition): void {
    if (this.#file !== undefined || this.#rewriteAt !== undefined) this.#pending.push(encodeDefinition(definition))
  }

  /** Writes what was noted. A failure is logged, and made good by the next flush that succeeds. */
  flush(): void {
    if (this.#pending.length === 0) return
    try {
      if (this.#rewriteAt !== undefined) this.#retry(this.#rewriteAt)
      else if (this.#lines + this.#pending.length > GROWTH * this.#baseLines + GROWTH_FLOOR) this.#rewrite()
      else this.#write()
    } catch (error) {
      this.#rewriteAt = performance.now() + RETRY_MS
      this.#logger.error("cannot write definitions; they are tried again", {
        path: this.#path,
        error: (error as Error).message,
      })
    }
  }

  close(): void {
    if (this.#rewriteAt !== undefined) this.#rewriteAt = 0
    this.flush()
    if (this.#file === undefined) return
    try {
      fsyncSync(this.#file)
    } finally {
      closeSync(this.#file)
      this.#file = undefined
    }
  }

  #read(): string[] | undefined {
    let text: string
    try {
      text = readFileSync(this.#path, "utf8")
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
      throw new BrokerError("data-dir", `cannot read ${this.#path}: ${(error as Error).message}`, { cause: error })
    }
    const lines = text.split("\n")
    if (lines.pop() !== "")
      this.#logger.warn("definitions end in a line cut off by a crash; it is left out", { path: this.#path })
    return lines
  }

  #checkHead(line: string): void {
    let version: unknown
    try {
      version = decodeHead(line)
    } catch (cause) {
      throw this.#corrupt(1, cause)
    }
    if (version === VERSION) return
    const text = `${this.#path} has version ${version}, this broker knows ${VERSION}; start the version that wrote it`
    throw new BrokerError("definitions-version", text)
  }

  #corrupt(line: number, cause: unknown): BrokerError {
    const text =
      `${this.#path} is damaged in line ${line}: ${(cause as Error).message}; ` +
      "put a copy of the file back, remove that line, or remove the file to start without definitions"
    return new BrokerError("definitions-corrupt", text, { cause })
  }

  #retry(at: number): void {
    if (performance.now() < at) return
    this.#rewrite()
    this.#rewriteAt = undefined
  }

  #write(): void {
    if (this.#file === undefined) return
    writeAll(this.#file, `${this.#pending.join("\n")}\n`)
    this.#lines += this.#pending.length
    this.#pending = []
    this.#sync(this.#file)
  }

  /** Brings what was written to the disk; one call at a time, and another one for what came meanwhile. */
  #sync(file: number): void {
    if (this.#syncing !== "no") {
      this.#syncing = "again"
      return
    }
    this.#syncing = "yes"
    fdatasync(file, () => {
      const again = this.#syncing === "again"
      this.#syncing = "no"
      if (again && this.#file !== undefined) this.#sync(this.#file)
    })
  }

  #rewrite(): void {
    const lines = [encodeHead()]
    for (const definition of this.#snapshot()) lines.push(encodeDefinition(definition))
    const fresh = `${this.#path}.new`
    const file = openSync(fresh, "w", 0o600)
    try {
      writeAll(file, `${lines.join("\n")}\n`)
      fsyncSync(file)
      renameSync(fresh, this.#path)
      syncFolder(dirname(this.#path))
    } catch (error) {
      closeSync(file)
      throw error
    }
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = file
    this.#lines = this.#baseLines = lines.length
    this.#pending = []
  }
}

/** So that the new name survives a power cut as well; not every system lets a folder be opened for it. */
function syncFolder(folder: string): void {
  try {
    const file = openSync(folder, "r")
    fsyncSync(file)
    closeSync(file)
  } catch {
    return
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, "utf8")
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

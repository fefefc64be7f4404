import { randomBytes } from "node:crypto"
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { BrokerError } from "../errors.js"

const FILE = "lock"

/** Keeps a folder for this process: a file in it names the process, and one of a process that is gone counts for nothing. */
export class FolderLock {
  readonly #path: string
  readonly #content: string

  /**
   * Takes the folder, which is made if it is missing.
   *
   * @throws {BrokerError} `data-dir-locked` if a running process has it, this one included; `data-dir` if it cannot be made
   */
  constructor(folder: string) {
    makeFolder(folder)
    this.#path = join(folder, FILE)
    this.#content = JSON.stringify({
      pid: process.pid,
      started: startOf(process.pid),
      token: randomBytes(8).toString("hex"),
    })
    if (this.#tryTake()) return
    const owner = this.#owner()
    if (owner !== undefined && isRunning(owner)) {
      const text = `${folder} is in use by process ${owner.pid}; stop it or choose another folder`
      throw new BrokerError("data-dir-locked", text)
    }
    this.#removeStale()
    if (!this.#tryTake()) throw new BrokerError("data-dir-locked", `${folder} was taken by another process just now`)
  }

  release(): void {
    if (this.#read() === this.#content) rmSync(this.#path, { force: true })
  }

  /** Makes the lock file with its content in one step; false if there is one. */
  #tryTake(): boolean {
    const draft = `${this.#path}.${randomBytes(8).toString("hex")}`
    writeFileSync(draft, this.#content)
    try {
      linkSync(draft, this.#path)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
      throw error
    } finally {
      rmSync(draft, { force: true })
    }
  }

  /** Moved away before it is removed: of two processes that find the same stale lock only one succeeds. */
  #removeStale(): void {
    const aside = `${this.#path}.${randomBytes(8).toString("hex")}`
    try {
      renameSync(this.#path, aside)
      rmSync(aside, { force: true })
    } catch {
      // Another process was faster; the next try to take the lock says which.
    }
  }

  #read(): string {
    try {
      return readFileSync(this.#path, "utf8")
    } catch {
      return ""
    }
  }

  #owner(): LockOwner | undefined {
    try {
      const owner = JSON.parse(this.#read()) as LockOwner
      return Number.isInteger(owner.pid) ? owner : undefined
    } catch {
      return undefined
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new BrokerError("data-dir", `cannot make the folder ${folder}: ${(cause as Error).message}`, { cause })
  }
}

interface LockOwner {
  pid: number
  started: string
}

/** A process number alone says little: after a restart of the machine or of a container another one may have it. */
function isRunning({ pid, started }: LockOwner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false
  }
  return startOf(pid) === started
}

/** When a process began, in ticks since boot; "" where the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""
  } catch {
    return ""
  }
}

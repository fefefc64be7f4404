import { randomUUID } from "node:crypto"
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import { FolderInUse } from "./folder-in-use.js"

const RENEW_MS = 5_000
/** A lock of another machine (a container that was replaced, say) is stale when it was not renewed for so long. */
const FOREIGN_STALE_MS = 30_000

interface Holder {
  readonly id: string
  readonly host: string
  readonly pid: number
  /** What tells a process from a later one with the same pid; see {@link processMark}. */
  readonly process: string
}

/**
 * The right of one process to use a folder, kept as the file `lock` in it.
 *
 * The file names host, process id and start of the process. It is stale, and taken over, when that process is no longer
 * alive; when it is of another host, once it was not renewed for 30 seconds. The same process cannot take it twice either.
 */
export class FolderLock {
  readonly #path: string
  readonly #holder: Holder
  readonly #renewal: NodeJS.Timeout

  /**
   * Take the folder, which must exist.
   *
   * With `takeOver` a lock of this very process counts as stale: a thread of it has ended without giving it back.
   *
   * @throws {FolderInUse} naming who holds it
   * @throws {Error} of the system, with its `code`, if the lock file cannot be made
   */
  constructor(folder: string, { takeOver = false }: { takeOver?: boolean } = {}) {
    this.#path = join(folder, "lock")
    this.#holder = { id: randomUUID(), host: hostname(), pid: process.pid, process: processMark(process.pid) }
    take(this.#path, this.#holder, folder, takeOver)
    this.#renewal = setInterval(() => this.#renew(), RENEW_MS)
    this.#renewal.unref()
  }

  /** Give the folder back. Calling it again does nothing. */
  release(): void {
    clearInterval(this.#renewal)
    if (readHolder(this.#path)?.id === this.#holder.id) rmSync(this.#path, { force: true })
  }

  #renew(): void {
    try {
      const now = new Date()
      utimesSync(this.#path, now, now)
    } catch {
      // The file or the disk is gone. Writes will say so in words that help more than a failed renewal could.
    }
  }
}

function take(path: string, holder: Holder, folder: string, takeOver: boolean): void {
  const own = `${path}.${holder.id}`
  writeFileSync(own, JSON.stringify(holder), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (linked(own, path)) return
      const other = readHolder(path)
      const isOwn =
        takeOver && other?.pid === holder.pid && other.host === holder.host && other.process === holder.process
      if (other && !isOwn && isAlive(path, other)) throw inUse(folder, path, other)
      discard(path, other, own)
    }
    throw new FolderInUse(folder, "by several processes that want it at once", "try again")
  } finally {
    rmSync(own, { force: true })
  }
}

/** Linking is the one way to make a file with its contents that fails if it is there already. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
    throw error
  }
}

/** Move a stale lock aside; if another process has put its own there meanwhile, that one goes back. */
function discard(path: string, stale: Holder | undefined, own: string): void {
  const aside = `${own}.stale`
  try {
    renameSync(path, aside)
  } catch {
    return // another process was faster
  }
  if (stale && readHolder(aside)?.id !== stale.id) linked(aside, path)
  rmSync(aside, { force: true })
}

function inUse(folder: string, path: string, { host, pid }: Holder): FolderInUse {
  const who = pid === process.pid && host === hostname() ? "by this process already" : `by process ${pid} on ${host}`
  return new FolderInUse(folder, who, `stop it, or remove ${path} if it is not running`)
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"))
    const { id, host, pid, process: mark } = value as Holder
    if (typeof id === "string" && typeof host === "string" && Number.isInteger(pid))
      return { id, host, pid, process: mark }
  } catch {
    // unreadable is as good as none: it is written whole before it gets its name
  }
  return undefined
}

function isAlive(path: string, { host, pid, process: mark }: Holder): boolean {
  if (host !== hostname()) return modifiedWithin(path, FOREIGN_STALE_MS)
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false
  }
  const now = processMark(pid)
  return now === "" || now === mark
}

/** What the system says of a process behind its name: its state first. */
function processFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
}

function modifiedWithin(path: string, ms: number): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < ms
  } catch {
    return false // given back meanwhile
  }
}

/**
 * When a process started, as text that stays the same while it lives: boot and tick on Linux, elsewhere the time for
 * our own process, and nothing for others.
 */
function processMark(pid: number): string {
  try {
    const fields = processFields(pid)
    // One that has ended, and of which nobody has taken note: in a container that may be for ever.
    if (fields[0] === "Z") return "ended"
    const startTick = fields[19]
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${startTick}`
  } catch {
    return pid === process.pid ? `started/${performance.timeOrigin}` : ""
  }
}

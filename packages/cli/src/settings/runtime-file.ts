import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { makeRuntimeFolder, runtimeFolders, whyNotPrivate } from "./runtime-folder.js"

/** What a running `metricq up` leaves for the commands of the same user: how to reach its broker as administrator. */
export interface RuntimeEntry {
  /** Process that runs the network. */
  readonly pid: number
  /** Loopback address that the embedded broker listens on. */
  readonly host: string
  /** Port of the embedded broker. */
  readonly port: number
  /** AMQP user with the rights of an administrator. */
  readonly user: string
  /** Password of that user: random, and gone with the process. */
  readonly password: string
}

/** Longest runtime file that is read. */
const MAX_BYTES = 4096

/**
 * Write `<port>.json`, mode 0600, to this user's runtime folder, in the place of one that an earlier process left.
 *
 * @returns the path of the file, for {@link removeRuntimeFile}
 * @throws {CommandError} `runtime-folder` when no private folder can be had
 */
export function writeRuntimeFile(entry: RuntimeEntry, env: NodeJS.ProcessEnv): string {
  const folder = makeRuntimeFolder(runtimeFolders(env))
  const path = join(folder, `${entry.port}.json`)
  const fresh = `${path}.${entry.pid}`
  rmSync(fresh, { force: true })
  writeFileSync(fresh, `${JSON.stringify(entry)}\n`, { mode: 0o600, flag: "wx" })
  renameSync(fresh, path)
  return path
}

/** Remove a runtime file if it is still the one of process `pid`. One that is gone already is no error. */
export function removeRuntimeFile(path: string, pid: number): void {
  if (readEntry(path)?.pid === pid) rmSync(path, { force: true })
}

/**
 * The entry of the network that listens on `port`, if this user runs one.
 *
 * Files and folders that another user could have written are passed over, as are those of processes that ended without
 * removing them.
 */
export function findRuntimeEntry(port: number, env: NodeJS.ProcessEnv): RuntimeEntry | undefined {
  for (const folder of runtimeFolders(env)) {
    if (whyNotPrivate(folder) !== undefined) continue
    const entry = readEntry(join(folder, `${port}.json`))
    if (entry?.port === port && isAlive(entry.pid)) return entry
  }
  return undefined
}

function readEntry(path: string): RuntimeEntry | undefined {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch {
    return undefined
  }
  try {
    const stats = fstatSync(file)
    const uid = process.getuid?.()
    if (!stats.isFile() || stats.size > MAX_BYTES) return undefined
    if (uid !== undefined && (stats.uid !== uid || (stats.mode & 0o077) !== 0)) return undefined
    return parseEntry(readFileSync(file, "utf8"))
  } finally {
    closeSync(file)
  }
}

function parseEntry(text: string): RuntimeEntry | undefined {
  try {
    const { pid, host, port, user, password } = JSON.parse(text) as Record<string, unknown>
    if (typeof host !== "string" || typeof user !== "string" || typeof password !== "string") return undefined
    if (!isCount(pid) || !isCount(port)) return undefined
    return { pid, host, port, user, password }
  } catch {
    return undefined
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}

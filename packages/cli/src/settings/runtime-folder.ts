import { lstatSync, mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { isAbsolute, join } from "node:path"
import { CommandError } from "../errors.js"

/**
 * The folders that may hold this user's runtime files, the preferred one first.
 *
 * `$XDG_RUNTIME_DIR/metricq` where the login session has one, and a folder of the user below the system's temporary folder.
 */
export function runtimeFolders(env: NodeJS.ProcessEnv): string[] {
  const session = env.XDG_RUNTIME_DIR
  const user = process.getuid?.() ?? "user"
  const shared = join(tmpdir(), `metricq-${user}`)
  return session && isAbsolute(session) ? [join(session, "metricq"), shared] : [shared]
}

/**
 * Make the first of `folders` that can be made and is private: a real folder, owned by this user, closed to all others.
 *
 * The parent may be writable by everyone (a temporary folder), so a folder that was there before is examined and never trusted
 * because of its name: a link, another owner or open permissions rule it out.
 *
 * @throws {CommandError} `runtime-folder` when none will do; the message has the reason for each
 */
export function makeRuntimeFolder(folders: readonly string[]): string {
  const reasons: string[] = []
  for (const folder of folders) {
    try {
      mkdirSync(folder, { mode: 0o700 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        reasons.push((error as Error).message)
        continue
      }
    }
    const reason = whyNotPrivate(folder)
    if (reason === undefined) return folder
    reasons.push(reason)
  }
  throw new CommandError(
    "runtime-folder",
    `no private folder for the administrator's secret: ${reasons.join("; ")}; set XDG_RUNTIME_DIR to a folder of your own`,
  )
}

/** Why `folder` must not hold or give secrets, or `undefined` if it may. A folder that does not exist may not. */
export function whyNotPrivate(folder: string): string | undefined {
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  if (!stats) return `${folder} does not exist`
  if (!stats.isDirectory()) return `${folder} is not a folder`
  const uid = process.getuid?.()
  if (uid === undefined) return undefined
  if (stats.uid !== uid) return `${folder} belongs to user ${stats.uid}`
  if ((stats.mode & 0o077) !== 0) return `${folder} is open to other users (mode ${(stats.mode & 0o777).toString(8)})`
  return undefined
}

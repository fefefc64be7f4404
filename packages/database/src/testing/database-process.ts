import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { DatabaseOptions } from "../index.js"
import type { CleanupScope } from "./started-database.js"

const CHILD = fileURLToPath(new URL("./database-child.js", import.meta.url))

/** A database in a process of its own. */
export class DatabaseProcess {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Start it and wait until it works; it is killed with the test. */
  static async start(t: CleanupScope, options: DatabaseOptions): Promise<DatabaseProcess> {
    const child = spawn(process.execPath, [CHILD, JSON.stringify(options)], { stdio: ["ignore", "pipe", "inherit"] })
    const started = new DatabaseProcess(child)
    t.onTestFinished(() => started.kill())
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the database has ended with code ${code}`)
    })
    await Promise.race([once(child.stdout!, "data"), ended])
    ended.catch(() => {})
    return started
  }

  /** kill -9; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, "exit")
    this.#child.kill("SIGKILL")
    await gone
  }
}

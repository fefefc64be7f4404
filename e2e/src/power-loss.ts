import { type ChildProcess, fork, spawnSync } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"
import { describe } from "vitest"

const source = fileURLToPath(new URL("../native/power-loss.c", import.meta.url))
const ANSWER_TIMEOUT_MS = 10_000

/** Why no power can be taken away here; undefined if it can. */
export function whyNoPowerLoss(): string | undefined {
  if (process.platform !== "linux") return "the shim that forgets writes works on Linux only"
  if (spawnSync("cc", ["--version"]).status !== 0) return "there is no C compiler for the shim that forgets writes"
  return undefined
}

/** vitest's `describe`, skipped with a reason where there is no C compiler. */
export function describeWithPowerLoss(name: string, body: () => void): void {
  const reason = whyNoPowerLoss()
  if (reason === undefined) describe(name, body)
  else describe.skip(`${name} [left out: ${reason}]`, body)
}

/** Operations that can be made to fail: writes and truncations, syncs, creating and renaming and removing files. */
export type FailingOperation = "write" | "sync" | "name"

/**
 * The power supply of one process at a time: what that process writes below a folder is lost when the power is cut, unless it has been synced.
 *
 * The folder is a part of the machine's disk that only this process knows; it outlives the process. `e2e/native/power-loss.c` does the work.
 */
export class PowerSupply {
  /** Where the process keeps its files. */
  readonly folder: string
  readonly #t: TestScope
  readonly #library: string
  readonly #pipe: string
  #child: ChildProcess | undefined
  #answered: (() => void) | undefined

  private constructor(t: TestScope, base: string) {
    this.#t = t
    this.folder = join(base, "disk")
    this.#library = join(base, "power-loss.so")
    this.#pipe = join(base, "pipe")
  }

  /** Makes the folder and compiles the shim. */
  static async make(t: TestScope): Promise<PowerSupply> {
    const supply = new PowerSupply(t, await temporaryFolder(t, "power"))
    await mkdir(supply.folder)
    run("cc", ["-O2", "-shared", "-fPIC", "-o", supply.#library, source, "-ldl", "-lpthread"])
    run("mkfifo", [supply.#pipe])
    return supply
  }

  /** Starts a module as a process on this supply; it is killed when the test ends. */
  start(module: URL, args: readonly string[]): ChildProcess {
    const child = fork(module, args, { env: this.#environment(), stdio: ["ignore", "inherit", "pipe", "ipc"] })
    this.#child = child
    onTestEnd(this.#t, () => child.kill("SIGKILL"))
    createInterface(child.stderr!).on("line", (line) => {
      if (line.startsWith("power-loss: ")) this.#answered?.()
      else console.error(line)
    })
    return child
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      LD_PRELOAD: this.#library,
      POWER_LOSS_FOLDER: this.folder,
      POWER_LOSS_PIPE: this.#pipe,
      UV_USE_IO_URING: "0", // it would go past the shim
    }
  }

  /**
   * Cuts the power now, and waits for the end of the process.
   *
   * Seed 0 forgets everything that was not synced; another one keeps some of it, as a disk may.
   */
  async cut(seed: number): Promise<void> {
    const ended = this.ended()
    this.#tell(`cut ${seed} 0`)
    await ended
  }

  /** Has the power cut when so many more changes of files, names or syncs have been done; resolves when that is in force. */
  cutAfter(operations: number, seed: number): Promise<void> {
    return this.#ask(`cut ${seed} ${operations}`)
  }

  /** Waits for the end of the process by a cut. */
  async ended(): Promise<void> {
    const child = this.#child
    if (child === undefined) throw new Error("nothing has been started")
    if (child.exitCode === null && child.signalCode === null) await once(child, "close")
    if (child.signalCode !== "SIGKILL") throw new Error(`the process ended with ${child.signalCode ?? child.exitCode}`)
  }

  /** Has the next operations of this kind fail with an errno, below 0 after a write that is cut short; resolves when that is in force. */
  fail(operation: FailingOperation, errno: number, count: number): Promise<void> {
    return this.#ask(`fail ${operation} ${errno} ${count}`)
  }

  /** Nothing fails any more. */
  heal(): Promise<void> {
    return this.#ask("heal")
  }

  #ask(command: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${command}`)), ANSWER_TIMEOUT_MS)
      this.#answered = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#tell(command)
    })
  }

  #tell(command: string): void {
    writeFileSync(this.#pipe, `${command}\n`)
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`)
}

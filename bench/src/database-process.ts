import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import type { Scope } from "@metricq/testkit"

const command = fileURLToPath(new URL("../../packages/cli/bin/metricq.js", import.meta.url))
const START_TIMEOUT_MS = 20_000
/** The kernel counts CPU time in hundredths of a second. */
const TICK_S = 0.01

/** A process that ends with the scope, with all that it has started, and what the kernel knows of the last of these: runners such as npm wait for it. */
export class MeasuredProcess {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Starts a program, and resolves when it prints a line that begins with "ready". */
  static async start(scope: Scope, file: string, args: readonly string[], cwd: string): Promise<MeasuredProcess> {
    const env = { PATH: process.env.PATH, HOME: cwd, XDG_RUNTIME_DIR: cwd }
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"], detached: true })
    const running = new MeasuredProcess(child)
    const kill = () => running.#kill()
    process.once("exit", kill)
    scope.onTestFinished(async () => {
      await running.#end()
      process.off("exit", kill)
    })
    const died = once(child, "exit").then(([code]) => {
      throw new Error(`${file} ${args.join(" ")} ended with code ${code}`)
    })
    died.catch(() => {})
    const ready = new Promise<void>((resolve, reject) => {
      createInterface(child.stdout).on("line", (line) => {
        if (line.startsWith("ready")) resolve()
      })
      setTimeout(() => reject(new Error(`${args.join(" ")} is not ready`)), START_TIMEOUT_MS).unref()
    })
    await Promise.race([ready, died])
    return running
  }

  /** Starts `metricq ARGS`. */
  static metricq(scope: Scope, args: readonly string[], cwd: string): Promise<MeasuredProcess> {
    return MeasuredProcess.start(scope, process.execPath, [command, ...args], cwd)
  }

  /** Of the program itself, whatever it has started. */
  get pid(): number {
    return this.#child.pid as number
  }

  /** User and system time so far, in seconds. */
  get cpuS(): number {
    return cpuOf(this.#pid).ownS
  }

  /** Resident now and at most, in bytes. */
  get memory(): { now: number; peak: number } {
    return memoryOf(this.#pid)
  }

  get #pid(): number {
    let pid = this.#child.pid as number
    for (;;) {
      const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")
      if (child === undefined || child === "") return pid
      pid = Number(child)
    }
  }

  async #end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, "exit")
    this.#kill()
    await exited
  }

  #kill(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) process.kill(-this.#child.pid!, "SIGKILL")
  }
}

/** User and system time so far of a process, and of those of its children that have ended, in seconds. */
export function cpuOf(pid: number): { ownS: number; childrenS: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const sum = (first: number) => (Number(fields[first]) + Number(fields[first + 1])) * TICK_S
  return { ownS: sum(11), childrenS: sum(13) }
}

/** Resident memory of a process now and at most, in bytes. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  const bytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
  return { now: bytes("VmRSS"), peak: bytes("VmHWM") }
}

import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { onTestEnd, type TestScope } from "@metricq/testkit"
import { Change } from "./change.js"

const LINE_TIMEOUT_MS = 25_000
const LINES_KEPT = 10_000

/** How to start a `Program`. */
export interface ProgramOptions {
  /** Working folder; also its home. */
  cwd: string
  /** Added to an environment that has nothing but PATH of the one who runs the tests. */
  env?: Record<string, string>
  /** Written to its standard input, which is closed then. */
  input?: string
}

/** A process of its own that is killed when its test ends, and what it has printed so far. */
export class Program {
  readonly stdout: string[] = []
  readonly stderr: string[] = []
  readonly #child: ChildProcess
  readonly #shown: string
  readonly #change = new Change()
  #exit: number | NodeJS.Signals | undefined

  private constructor(command: string, args: readonly string[], { cwd, env, input = "" }: ProgramOptions) {
    this.#shown = [command, ...args].join(" ")
    const child = spawn(command, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, XDG_RUNTIME_DIR: cwd, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true, // a group of its own, as a terminal makes it: runners such as tsx have a child
    })
    this.#child = child
    createInterface(child.stdout).on("line", (line) => this.#onLine(this.stdout, line))
    createInterface(child.stderr).on("line", (line) => this.#onLine(this.stderr, line))
    child.stdin.on("error", () => {}) // it may end before it has read its input
    child.stdin.end(input)
    child.on("close", (code, signal) => {
      this.#exit = signal ?? code ?? 0
      this.#change.notify()
    })
  }

  static start(t: TestScope, command: string, args: readonly string[], options: ProgramOptions): Program {
    const program = new Program(command, args, options)
    onTestEnd(t, () => program.#kill())
    return program
  }

  /** What it has printed, standard error last. */
  get printed(): string {
    return [...this.stdout, ...this.stderr].join("\n")
  }

  get ended(): boolean {
    return this.#exit !== undefined
  }

  /**
   * The first match in a line of standard output, or also of standard error, now or later.
   *
   * @throws {Error} with what was printed, if it ends without such a line or prints none in 25 s
   */
  async line(pattern: RegExp, from: "stdout" | "any" = "stdout"): Promise<RegExpExecArray> {
    const deadline = Date.now() + LINE_TIMEOUT_MS
    for (;;) {
      for (const line of from === "any" ? [...this.stdout, ...this.stderr] : this.stdout) {
        const match = pattern.exec(line)
        if (match !== null) return match
      }
      if (this.ended) throw this.#complaint(`ended (${this.#exit}) without a line ${pattern}`)
      if (Date.now() > deadline) throw this.#complaint(`printed no line ${pattern} in ${LINE_TIMEOUT_MS / 1000} s`)
      await this.#change.wait(deadline - Date.now())
    }
  }

  /** Its exit code, or the signal that ended it; waits for its end. */
  async exit(): Promise<number | NodeJS.Signals> {
    const deadline = Date.now() + LINE_TIMEOUT_MS
    while (this.#exit === undefined) {
      if (Date.now() > deadline) throw this.#complaint(`has not ended in ${LINE_TIMEOUT_MS / 1000} s`)
      await this.#change.wait(deadline - Date.now())
    }
    return this.#exit
  }

  /** Stops it as Ctrl-C does, which reaches all processes of the group; resolves with its exit code. */
  async interrupt(): Promise<number | NodeJS.Signals> {
    this.#signal("SIGINT")
    return this.exit()
  }

  async #kill(): Promise<void> {
    this.#signal("SIGKILL")
    while (this.#exit === undefined) await this.#change.wait(LINE_TIMEOUT_MS)
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined || this.ended) return
    try {
      process.kill(-this.#child.pid, signal)
    } catch {
      // it has just ended
    }
  }

  #onLine(lines: string[], line: string): void {
    lines.push(line)
    if (lines.length > LINES_KEPT) lines.shift()
    this.#change.notify()
  }

  #complaint(what: string): Error {
    return new Error(`${this.#shown} ${what}\n${this.printed}`)
  }
}

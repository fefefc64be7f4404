import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** What a test gives us to clean up after it. */
export interface TestScope {
  onTestFinished(cleanup: () => unknown, timeoutMs?: number): void
}

/** How a command ended. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Settings of {@link CommandProcess.start}. */
export interface StartOptions {
  /** Added to an environment that has nothing of the machine's user but `PATH`. */
  readonly env?: Readonly<Record<string, string>>
  /** Written to standard input, which is then closed. */
  readonly input?: string
  /** Working folder; default: the home folder. */
  readonly cwd?: string
}

const BIN = fileURLToPath(new URL("../../bin/metricq.js", import.meta.url))

/** A place for the processes of one test: home, runtime and temporary folder in one, removed with the test. */
export class Home {
  readonly folder: string
  readonly #t: TestScope

  constructor(t: TestScope) {
    this.#t = t
    this.folder = mkdtempSync(join(tmpdir(), "metricq-cli-"))
    t.onTestFinished(() => rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  }

  /** Start `metricq` with these arguments; it is killed with the test. */
  start(args: readonly string[], options: StartOptions = {}): CommandProcess {
    const { env = {}, input, cwd = this.folder } = options
    // Ports that are free: other processes of this machine may have the usual ones.
    const ports = { METRICQ_HTTP_PORT: "0" }
    const base = { PATH: process.env.PATH, HOME: this.folder, XDG_RUNTIME_DIR: this.folder, TMPDIR: this.folder }
    const child = spawn(process.execPath, [BIN, ...args], { cwd, env: { ...base, ...ports, ...env }, stdio: "pipe" })
    child.stdin.on("error", () => {})
    child.stdin.end(input ?? "")
    const started = new CommandProcess(child)
    this.#t.onTestFinished(() => started.kill("SIGKILL"))
    return started
  }

  /** Run `metricq` to its end. */
  run(args: readonly string[], options: StartOptions = {}): Promise<Finished> {
    return this.start(args, options).finished
  }

  /** Start `metricq up` on a free port, with its data in this place, and wait until it is ready; `server` is its address, `web` that of its page. */
  async up(
    args: readonly string[] = [],
    options: StartOptions = {},
  ): Promise<{ up: CommandProcess; server: string; web: string }> {
    const data = join(this.folder, "data")
    const up = this.start(["up", "--data", data, "--amqp-port", "0", ...args], options)
    const ready = await up.until(/^ready {2}(\S+)(?: {2}(\S+))?$/m)
    return { up, server: ready[1] ?? "", web: ready[2] ?? "" }
  }
}

/** One running command and what it has printed so far. */
export class CommandProcess {
  readonly child: ChildProcess
  /** Resolves when it has ended and everything it printed is there. */
  readonly finished: Promise<Finished>
  #stdout = ""
  #stderr = ""
  #ended = false
  readonly #watchers = new Set<() => void>()

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#append(() => (this.#stdout += text)))
    child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#append(() => (this.#stderr += text)))
    this.finished = new Promise((resolve) => {
      child.once("close", (code) => {
        this.#append(() => (this.#ended = true))
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr })
      })
    })
  }

  /** Everything printed so far, errors behind the output. */
  get printed(): string {
    return this.#stdout + this.#stderr
  }

  /** The first match of `pattern` in what is printed, now or later. @throws {Error} when the process ends without one */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#stdout) ?? pattern.exec(this.#stderr)
      if (match) return match
      if (this.#ended) throw new Error(`it ended without ${pattern}:\n${this.printed}`)
      await new Promise<void>((resolve) => this.#watchers.add(resolve))
    }
  }

  /** Send a signal; resolves when the process has ended. */
  async kill(signal: NodeJS.Signals): Promise<Finished> {
    if (!this.#ended) this.child.kill(signal)
    return this.finished
  }

  #append(change: () => void): void {
    change()
    for (const watcher of this.#watchers) watcher()
    this.#watchers.clear()
  }
}

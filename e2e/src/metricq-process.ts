import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { onTestEnd, type TestScope } from "@metricq/testkit"
import { Change } from "./change.js"

const command = fileURLToPath(new URL("../../packages/cli/bin/metricq.js", import.meta.url))
const LINE_TIMEOUT_MS = 20_000
const LINES_KEPT = 1_000

export interface MetricqProcessOptions {
  /** Working folder; settings files and the default data folder are looked for here. */
  cwd: string
  /** Added to an environment that has no HOME of the one who runs the tests, and of METRICQ_* only a free port for the page. */
  env?: Record<string, string>
}

/** The command `metricq` as a process of its own, in a folder of the test's own. */
export class MetricqProcess {
  readonly stdout: string[] = []
  readonly stderr: string[] = []
  readonly #args: string[]
  readonly #child: ChildProcess
  readonly #change = new Change()
  #exit: { code: number | null; signal: NodeJS.Signals | null } | undefined

  private constructor(args: string[], { cwd, env }: MetricqProcessOptions) {
    this.#args = args
    const child = spawn(process.execPath, [command, ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, XDG_RUNTIME_DIR: cwd, METRICQ_HTTP_PORT: "0", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    })
    this.#child = child
    createInterface(child.stdout).on("line", (line) => this.#onLine(this.stdout, line))
    createInterface(child.stderr).on("line", (line) => this.#onLine(this.stderr, line))
    child.stdin.on("error", () => {}) // it may end before it has read its input
    child.on("close", (code, signal) => {
      this.#exit = { code, signal }
      this.#change.notify()
    })
  }

  /** Starts `metricq ARGS`; it is killed when the test ends, if it still runs. */
  static start(t: TestScope, args: string[], options: MetricqProcessOptions): MetricqProcess {
    const process = new MetricqProcess(args, options)
    onTestEnd(t, () => process.kill())
    return process
  }

  /** Runs `metricq ARGS` to its end, with `input` on its standard input. */
  static async run(
    t: TestScope,
    args: string[],
    { input = "", ...options }: MetricqProcessOptions & { input?: string },
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const process = MetricqProcess.start(t, args, options)
    process.#child.stdin?.end(input)
    const code = await process.ended()
    return { code, stdout: process.stdout.join("\n"), stderr: process.stderr.join("\n") }
  }

  /**
   * The first line of standard output that matches; waits for it.
   *
   * @throws {Error} with what was printed, if the process ends first or the line has not come after 20 s
   */
  async line(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + LINE_TIMEOUT_MS
    for (;;) {
      const line = this.stdout.find((text) => pattern.test(text))
      if (line !== undefined) return line
      if (this.#exit !== undefined) throw this.#complaint(`ended (${this.#exit.code ?? this.#exit.signal})`)
      if (Date.now() > deadline) throw this.#complaint(`printed no line ${pattern} in ${LINE_TIMEOUT_MS / 1000} s`)
      await this.#change.wait(deadline - Date.now())
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Its exit code, null after a signal; waits for its end. */
  async ended(): Promise<number | null> {
    while (this.#exit === undefined) await this.#change.wait(LINE_TIMEOUT_MS)
    return this.#exit.code
  }

  /** Asks it to stop, as Ctrl-C does, and waits for its end. */
  async stop(): Promise<number | null> {
    this.signal("SIGINT")
    return this.ended()
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.signal("SIGKILL")
    await this.ended()
  }

  #onLine(lines: string[], line: string): void {
    lines.push(line)
    if (lines.length > LINES_KEPT) lines.shift()
    this.#change.notify()
  }

  #complaint(what: string): Error {
    const printed = [...this.stdout, ...this.stderr].join("\n")
    return new Error(`metricq ${this.#args.join(" ")} ${what}\n${printed}`)
  }
}

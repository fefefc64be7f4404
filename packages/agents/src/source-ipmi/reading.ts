import { MetricqError, TimeoutError, Timestamp } from "@metricq/client"
import { HostLines } from "./host-lines.js"
import type { Answer, Query } from "./query.js"
import { runTool, type ToolRun } from "./tool.js"

/** What became of a host in a reading. */
export interface Outcome {
  readonly result: Answer | Error
  /** From the beginning of the reading. */
  readonly seconds: number
}

export interface ReadingOptions extends Pick<ToolRun, "credentials" | "configFile"> {
  readonly hosts: readonly string[]
  /** Records that are asked for; empty: all. */
  readonly recordIds: string
  /** The hosts are asked for the first time, or again after a failure. */
  readonly isFirst: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Called once for each host, as soon as its answer is complete; at the latest when the reading ends. */
  onOutcome(host: string, outcome: Outcome, reading: Reading): void
}

/** One process that asks some hosts. What it prints is read while it runs, so a host that is slow keeps nobody else's values back. */
export class Reading {
  /** Just before the process was started. */
  readonly begun = Timestamp.now()
  /** Settles when the process has ended; never rejects. */
  readonly ended: Promise<void>
  readonly #query: Query
  readonly #options: ReadingOptions
  readonly #lines: HostLines
  /** Hosts that nothing has been told of. */
  readonly #open: Set<string>
  readonly #stop = new AbortController()
  readonly #begunMs = performance.now()

  constructor(query: Query, options: ReadingOptions) {
    this.#query = query
    this.#options = options
    this.#lines = new HostLines(options.hosts)
    this.#open = new Set(options.hosts)
    this.ended = this.#run()
  }

  /** Hosts that it still waits for. */
  get open(): ReadonlySet<string> {
    return this.#open
  }

  /** Tells the answers that are complete by now. */
  look(): void {
    for (const host of this.#open) {
      const answer = this.#query.read(this.#lines.of(host))
      if (answer.missing === undefined) this.#tell(host, answer)
    }
  }

  /** Ends the process; what is open has failed for this reason. */
  stop(reason: Error): void {
    this.#stop.abort(reason)
  }

  async #run(): Promise<void> {
    const { timeoutMs, signal } = this.#options
    const stop = () => this.stop(signal.reason)
    signal.addEventListener("abort", stop, { once: true })
    const timer = setTimeout(() => this.stop(new TimeoutError(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
    try {
      const { stderr, code } = await runTool(this.#toolRun())
      this.#lines.end()
      this.look()
      this.#tellFailures(stderr, code)
    } catch (error) {
      this.look()
      for (const host of this.#open) this.#tell(host, error as Error)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener("abort", stop)
    }
  }

  #toolRun(): ToolRun {
    const { hosts, recordIds, isFirst, credentials, configFile } = this.#options
    const { command, parameters, firstParameters, tail } = this.#query
    const records = recordIds === "" ? [] : ["-r", recordIds]
    return {
      command,
      parameters: [...parameters, ...(isFirst ? firstParameters : []), ...records],
      hosts,
      tail,
      credentials,
      configFile,
      signal: this.#stop.signal,
      onStdout: (text) => this.#take(text),
    }
  }

  /** Of all sensors the last one of a name counts, so only answers to a question for records are complete early. */
  #take(text: string): void {
    const hosts = this.#lines.add(text)
    if (this.#options.recordIds === "") return
    for (const host of hosts) {
      const lines = this.#lines.of(host)
      if (!this.#open.has(host) || lines.length < this.#query.fewestLines) continue
      const answer = this.#query.read(lines)
      if (answer.missing === undefined) this.#tell(host, answer)
    }
  }

  #tellFailures(stderr: string, code: number | null): void {
    const errors = new HostLines(this.#options.hosts)
    errors.add(stderr)
    errors.end()
    const { command } = this.#query
    for (const host of this.#open) {
      const said =
        errors.of(host)[0] ??
        stderr
          .trim()
          .split("\n")
          .find((line) => !this.#isOfHost(line))
      const missing = this.#lines.of(host).length === 0 ? undefined : this.#query.read(this.#lines.of(host)).missing
      const reason =
        said?.replace(/^ipmi-\w+: /, "").slice(0, 300) || missing || `${command} has told nothing (code ${code})`
      this.#tell(host, new MetricqError("ipmi", reason))
    }
  }

  #isOfHost(line: string): boolean {
    return line === "" || this.#options.hosts.some((host) => line.startsWith(`${host}: `))
  }

  #tell(host: string, result: Answer | Error): void {
    this.#open.delete(host)
    this.#options.onOutcome(host, { result, seconds: (performance.now() - this.#begunMs) / 1000 }, this)
  }
}

import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { type JsonObject, parseJson } from "@metricq/protocol"
import { onTestEnd, type TestScope } from "@metricq/testkit"
import { Change } from "./change.js"
import { findPython } from "./python.js"

const folder = fileURLToPath(new URL("../python/", import.meta.url))
const EVENT_TIMEOUT_MS = 20_000
const STDERR_KEPT = 4_000

/** A report of a Python agent: `event` says which, the other keys depend on it. */
export interface PythonEvent extends JsonObject {
  event: string
}

export interface PythonAgentOptions {
  server: string
  token: string
  options?: JsonObject
}

/** One of the small agents in `e2e/python/`, running on the original client as a process of its own. */
export class PythonAgent {
  readonly #script: string
  readonly #child: ChildProcess
  readonly #events: PythonEvent[] = []
  readonly #change = new Change()
  #stderr = ""
  #exitCode: number | null | undefined

  private constructor(script: string, { server, token, options = {} }: PythonAgentOptions) {
    this.#script = script
    const args = [`${script}.py`, "--server", server, "--token", token, "--options", JSON.stringify(options)]
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" }
    const child = spawn(findPython() as string, args, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] })
    this.#child = child
    createInterface(child.stdout).on("line", (line) => this.#onLine(line))
    child.stderr.on("data", (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-STDERR_KEPT)
    })
    child.stdin.on("error", () => {}) // it may end before it has read a command
    child.on("close", (code) => {
      this.#exitCode = code
      this.#change.notify()
    })
  }

  /** Starts `script` (without ".py"); it is killed when the test ends, if it still runs. */
  static start(t: TestScope, script: string, options: PythonAgentOptions): PythonAgent {
    const agent = new PythonAgent(script, options)
    onTestEnd(t, () => agent.kill())
    return agent
  }

  /** Sends a command, one JSON object. */
  tell(command: JsonObject): void {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`)
  }

  /**
   * Takes the next report of one of these kinds out of the line; others stay.
   *
   * @throws {Error} with the end of its standard error, if it ends first or says nothing for 20 s
   */
  async next(...events: string[]): Promise<PythonEvent> {
    const deadline = Date.now() + EVENT_TIMEOUT_MS
    for (;;) {
      const index = this.#events.findIndex(({ event }) => events.includes(event))
      if (index >= 0) return this.#events.splice(index, 1)[0] as PythonEvent
      if (this.#exitCode !== undefined) throw this.#complaint(`ended with code ${this.#exitCode}`)
      if (Date.now() > deadline) throw this.#complaint(`said nothing for ${EVENT_TIMEOUT_MS / 1000} s`)
      await this.#change.wait(deadline - Date.now())
    }
  }

  /** The next point it reports, as our clients have them: metric, nanoseconds, value. */
  async nextPoint(): Promise<[string, bigint, number]> {
    const { metric, time, value } = await this.next("point")
    return [metric as string, BigInt(time as string), value as number]
  }

  /** How it ended; waits for its end. */
  async ended(): Promise<number | null> {
    while (this.#exitCode === undefined) await this.#change.wait(EVENT_TIMEOUT_MS)
    return this.#exitCode
  }

  /** Asks it to stop, as Ctrl-C does, and waits for its end. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGINT")
    return this.ended()
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL")
    await this.ended()
  }

  #onLine(line: string): void {
    this.#events.push(parseJson(line) as PythonEvent)
    this.#change.notify()
  }

  #complaint(what: string): Error {
    return new Error(`${this.#script}.py ${what}\n${this.#stderr}`)
  }
}

import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { chmod, mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { freePort, onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"

const SNMPD = "/usr/sbin/snmpd"
const SNMPGET = "/usr/bin/snmpget"
/** The object that the tests make up. */
export const WATTS = ".1.3.6.1.4.1.99999.1.1.0"

/** Programs of Net-SNMP that are not installed. */
export function missingSnmpPrograms(): string[] {
  return [SNMPD, SNMPGET].filter((program) => !existsSync(program))
}

/**
 * The agent of Net-SNMP, as a process of its own: community `public`, user `monitor` with the passwords `authpass123` and
 * `privpass123`, and one object that tells what `setWatts` was given.
 */
export class SnmpAgent {
  readonly address: string
  readonly #folder: string
  #process: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.address = `127.0.0.1:${port}`
  }

  /** Starts one that answers; it ends with the test. */
  static async start(t: TestScope, watts: number): Promise<SnmpAgent> {
    const agent = new SnmpAgent(await temporaryFolder(t, "snmpd"), await freePort())
    onTestEnd(t, () => agent.stop())
    await agent.setWatts(watts)
    await agent.#configure()
    await agent.run()
    return agent
  }

  async setWatts(watts: number): Promise<void> {
    await writeFile(join(this.#folder, "watts"), String(watts))
  }

  /** Runs it, again where it was before. */
  async run(): Promise<void> {
    const state = join(this.#folder, "state")
    await mkdir(state, { recursive: true })
    const words = ["-f", "-Lf", join(this.#folder, "log"), "-C", "-c", join(this.#folder, "snmpd.conf")]
    this.#process = spawn(SNMPD, [...words, "-p", join(this.#folder, "pid")], {
      env: { PATH: process.env.PATH, SNMP_PERSISTENT_DIR: state },
      stdio: "ignore",
    })
    const deadline = Date.now() + 20_000
    for (;;) {
      const watts = await this.get(WATTS).catch((error: Error) => error)
      if (!(watts instanceof Error)) return
      if (Date.now() > deadline || this.#process.exitCode !== null) throw watts
    }
  }

  /** What `snmpget` says of an object. */
  async get(oid: string): Promise<string> {
    const words = ["-v2c", "-c", "public", "-t", "0.3", "-r", "0", "-Oqv", this.address, oid]
    return (await promisify(execFile)(SNMPGET, words)).stdout.trim()
  }

  /** As if the plug were pulled. */
  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null) return
    child.kill("SIGKILL")
    await once(child, "exit")
  }

  /** Ends it, and puts another one in its place that knows nothing of it. */
  async replace(): Promise<void> {
    await this.stop()
    await rm(join(this.#folder, "state"), { recursive: true })
    await this.run()
  }

  /** Takes requests, and does not answer. */
  hang(): void {
    this.#process?.kill("SIGSTOP")
  }

  goOn(): void {
    this.#process?.kill("SIGCONT")
  }

  async #configure(): Promise<void> {
    const script = join(this.#folder, "watts.sh")
    const parent = WATTS.replace(/\.1\.0$/, "")
    await writeFile(
      join(this.#folder, "snmpd.conf"),
      [
        `agentAddress udp:${this.address}`,
        "rocommunity public 127.0.0.1",
        "createUser monitor SHA authpass123 AES privpass123",
        "rouser monitor authPriv",
        `pass ${parent} ${script}`,
      ].join("\n"),
    )
    await writeFile(
      script,
      [
        "#!/bin/sh",
        'case "$1 $2" in',
        `  "-g ${WATTS}" | "-n ${parent}" | "-n ${parent}.1") printf '%s\\n' ${WATTS} gauge && cat ${this.#folder}/watts ;;`,
        "esac",
      ].join("\n"),
    )
    await chmod(script, 0o755)
  }
}

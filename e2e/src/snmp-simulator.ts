import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { chmod, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { freePort, onTestEnd, type TestScope, temporaryFolder } from "@metricq/testkit"

const SNMPSIMD = "/usr/bin/snmpsimd"
const SNMPBULKWALK = "/usr/bin/snmpbulkwalk"

/** Programs of snmpsim that are not installed. */
export function missingSimulatorPrograms(): string[] {
  return [SNMPSIMD, SNMPBULKWALK].filter((program) => !existsSync(program))
}

/** Devices that snmpsim plays, as a process of its own. */
export class SnmpSimulator {
  readonly address: string

  private constructor(address: string) {
    this.address = address
  }

  /** Starts it with records (`OID|type|value`) of devices, by the community under which they are asked. It ends with the test. */
  static async start(t: TestScope, devices: Readonly<Record<string, readonly string[]>>): Promise<SnmpSimulator> {
    const folder = await temporaryFolder(t, "snmpsim")
    const [data, cache] = [join(folder, "data"), join(folder, "cache")]
    // As root it becomes somebody else, who must be able to get there.
    await chmod(folder, 0o777)
    for (const path of [data, cache]) await mkdir(path)
    await chmod(cache, 0o777)
    for (const [name, records] of Object.entries(devices))
      await writeFile(join(data, `${name}.snmprec`), `${records.join("\n")}\n`)
    const simulator = new SnmpSimulator(`127.0.0.1:${await freePort()}`)
    const words = [`--data-dir=${data}`, `--cache-dir=${cache}`, `--agent-udpv4-endpoint=${simulator.address}`]
    const user = process.getuid?.() === 0 ? ["--process-user=nobody", "--process-group=nogroup"] : []
    const child = spawn(SNMPSIMD, [...words, ...user], { stdio: "ignore" })
    onTestEnd(t, async () => {
      if (child.exitCode !== null) return
      child.kill("SIGKILL")
      await once(child, "exit")
    })
    const deadline = Date.now() + 20_000
    for (;;) {
      const [name = ""] = Object.keys(devices)
      const found = await simulator.walk(name, ".1.3").catch((error: Error) => error)
      if (!(found instanceof Error)) return simulator
      if (Date.now() > deadline || child.exitCode !== null) throw found
    }
  }

  /** What `snmpbulkwalk` finds below an OID: values by OID. */
  async walk(community: string, oid: string): Promise<Record<string, string>> {
    const words = ["-v2c", "-c", community, "-t", "0.5", "-r", "0", "-Onq", this.address, oid]
    const { stdout } = await promisify(execFile)(SNMPBULKWALK, words)
    return Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => [line.split(" ", 1)[0] ?? "", line.replace(/^\S+ /, "")]),
    )
  }
}

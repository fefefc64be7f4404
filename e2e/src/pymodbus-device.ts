import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { freePort, onTestEnd, type TestScope } from "@metricq/testkit"

const python = "/usr/bin/python3"
const script = fileURLToPath(new URL("../python/modbus_device.py", import.meta.url))
const START_MS = 20_000

/** Registers by address, of function 3 (holding) or 4 (input), of each unit. */
export type PymodbusUnits = Readonly<Record<number, Readonly<Record<number, Readonly<Record<number, number>>>>>>

/** Whether pymodbus is installed with Debian's Python. */
export function hasPymodbus(): boolean {
  return spawnSync(python, ["-c", "import pymodbus.server"], { stdio: "ignore" }).status === 0
}

/** Registers of a float32, most significant first. */
export function floatRegisters(address: number, value: number): Record<number, number> {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(value)
  return { [address]: bytes.readUInt16BE(0), [address + 1]: bytes.readUInt16BE(2) }
}

/** Registers of a text. */
export function textRegisters(address: number, text: string): Record<number, number> {
  const bytes = Buffer.from(text, "latin1")
  return Object.fromEntries(Array.from({ length: text.length / 2 }, (_, i) => [address + i, bytes.readUInt16BE(2 * i)]))
}

/** A Modbus TCP device that pymodbus plays, in a process of its own. It ends with the test. */
export class PymodbusDevice {
  readonly port: number
  readonly #units: PymodbusUnits
  #child: ChildProcess | undefined

  private constructor(port: number, units: PymodbusUnits) {
    this.port = port
    this.#units = units
  }

  static async start(t: TestScope, units: PymodbusUnits): Promise<PymodbusDevice> {
    const device = new PymodbusDevice(await freePort(), units)
    onTestEnd(t, () => device.stop())
    await device.listen()
    return device
  }

  /** Start, again where it was before, with the registers it had at first. */
  async listen(): Promise<void> {
    const args = [script, String(this.port), JSON.stringify(this.#units)]
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" }
    this.#child = spawn(python, args, { stdio: ["pipe", "ignore", "inherit"], env })
    this.#child.stdin?.on("error", () => undefined)
    const deadline = Date.now() + START_MS
    while (!(await canConnect(this.port))) {
      if (Date.now() > deadline || this.#child.exitCode !== null) throw new Error("pymodbus does not start")
      await delay(50)
    }
  }

  /** Put values into registers. */
  set(unit: number, registers: Readonly<Record<number, number>>): void {
    for (const [address, value] of Object.entries(registers)) {
      const command = { unit, function: 4, address: Number(address), values: [value] }
      this.#child?.stdin?.write(`${JSON.stringify(command)}\n`)
    }
  }

  /** From now on it takes connections and bytes, and answers nothing; or it goes on. */
  hang(isHung: boolean): void {
    this.#child?.kill(isHung ? "SIGSTOP" : "SIGCONT")
  }

  /** As if the plug were pulled. */
  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, "close")
    child.kill("SIGKILL")
    await closed
  }
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1")
  try {
    await once(socket, "connect")
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

import { type ChildProcessByStdio, spawn } from "node:child_process"
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { accessSync, constants } from "node:fs"
import { mkdir, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import type { Readable, Writable } from "node:stream"
import { temporaryFolder } from "./temporary-folder.js"
import { onTestEnd, type TestScope } from "./test-scope.js"

const START_TIMEOUT_MS = 20_000
const PING_EVERY_MS = 50
/** A presence ping of RMCP, which a BMC answers without any login. */
const ping = Buffer.from("0600ff06000011be80000000", "hex")
const OUTPUT_KEPT = 4096

/** A sensor of a simulated BMC. */
export interface SimulatedSensor {
  /** At most 16 letters. */
  readonly name: string
  /** Numbers of the IPMI specification. */
  readonly type: number
  readonly unit: number
  /** Of one step of the reading, which is a byte. Default 1. */
  readonly step?: number
  readonly reading: number
}

/** Sensors as many BMCs have them: 300 W, 23 °C, 5400 rpm. */
export const plainSensors: readonly SimulatedSensor[] = [
  { name: "Sys Power", type: 0x0b, unit: 6, step: 2, reading: 150 },
  { name: "Inlet Temp", type: 0x01, unit: 1, reading: 23 },
  { name: "Fan, 1", type: 0x04, unit: 18, step: 60, reading: 90 },
]

export interface IpmiSimulatorOptions {
  /** An address of the loopback network. */
  readonly address: string
  readonly port: number
  readonly sensors?: readonly SimulatedSensor[]
  /** A module of `ipmi_sim`, and what it is told. */
  readonly module?: { readonly path: string; readonly options: string }
  /** Without blanks. */
  readonly password?: string
}

/** A BMC that OpenIPMI's `ipmi_sim` simulates: user `monitor`, an administrator. It ends with its test. */
export class IpmiSimulator {
  readonly host: string
  readonly user = "monitor"
  readonly password: string
  readonly #options: IpmiSimulatorOptions
  readonly #folder: string
  #child: ChildProcessByStdio<Writable, Readable, Readable> | undefined
  #printed = ""

  private constructor(options: IpmiSimulatorOptions, folder: string) {
    this.#options = options
    this.#folder = folder
    this.password = options.password ?? "secret"
    this.host = `${options.address}:${options.port}`
  }

  /** Whether `ipmi_sim` and FreeIPMI are installed. */
  static get isInstalled(): boolean {
    return isOnPath("ipmi_sim") && isOnPath("ipmi-sensors")
  }

  /** Resolves when it answers. */
  static async start(t: TestScope, options: IpmiSimulatorOptions): Promise<IpmiSimulator> {
    const simulator = new IpmiSimulator(options, await temporaryFolder(t, "ipmi-sim"))
    await simulator.#write()
    onTestEnd(t, () => simulator.stop())
    await simulator.run()
    return simulator
  }

  /** A UDP port that is free on all addresses now. */
  static async freePort(): Promise<number> {
    const socket = createSocket("udp4")
    socket.bind(0, "0.0.0.0")
    await once(socket, "listening")
    const { port } = socket.address()
    socket.close()
    await once(socket, "close")
    return port
  }

  /**
   * Plugs it in, again after {@link stop}. Its list of sensors is another one then, as after an update: the simulator has kept the old one,
   * and adds the same sensors again.
   */
  async run(): Promise<void> {
    const child = spawn("ipmi_sim", ["-c", "lan.conf", "-f", "sim.emu", "-s", "state"], {
      cwd: this.#folder,
      stdio: ["pipe", "pipe", "pipe"],
    })
    const keep = (chunk: Buffer) => {
      this.#printed = (this.#printed + chunk).slice(-OUTPUT_KEPT)
    }
    child.stdout.on("data", keep)
    child.stderr.on("data", keep)
    child.stdin.on("error", () => undefined)
    this.#child = child
    await this.#answered()
  }

  /** As if the plug were pulled. */
  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, "exit")
    child.kill("SIGKILL")
    await ended
  }

  /** It is there, but says nothing. */
  hang(): void {
    this.#child?.kill("SIGSTOP")
  }

  resume(): void {
    this.#child?.kill("SIGCONT")
  }

  /** Sets the byte that a sensor, by its place, reads from now on. */
  set(sensor: number, reading: number): void {
    this.#child?.stdin.write(`sensor_set_value 0x20 0 ${sensor + 1} ${reading} 0\n`)
  }

  async #answered(): Promise<void> {
    const { address, port } = this.#options
    const socket = createSocket("udp4")
    const answered = once(socket, "message").then(() => true)
    const timer = setInterval(() => socket.send(ping, port, address), PING_EVERY_MS)
    socket.on("error", () => undefined)
    try {
      const tooLate = new Promise<boolean>((resolve) => setTimeout(resolve, START_TIMEOUT_MS, false).unref())
      if (await Promise.race([answered, tooLate])) return
      throw new Error(`ipmi_sim does not answer at ${this.host}:\n${this.#printed}`)
    } finally {
      clearInterval(timer)
      socket.close()
    }
  }

  async #write(): Promise<void> {
    const { address, port, module, sensors = plainSensors } = this.#options
    await mkdir(join(this.#folder, "state"))
    const lan = [
      ...(module === undefined ? [] : [`loadlib "${module.path}" "${module.options}"`]),
      'name "bmc"',
      "set_working_mc 0x20",
      "startlan 1",
      `addr ${address} ${port}`,
      "priv_limit admin",
      ...["callback", "user", "operator", "admin"].map((level) => `allowed_auths_${level} none md2 md5 straight`),
      "guid a123456789abcdefa123456789abcdef",
      "endlan",
      `user 2 true "${this.user}" "${this.password}" admin 10 none md2 md5 straight`,
    ]
    const emulator = [
      "mc_setbmc 0x20",
      "mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr",
      "sel_enable 0x20 1000 0x0a",
      ...sensors.flatMap(sensorCommands),
      "mc_enable 0x20",
    ]
    await writeFile(join(this.#folder, "lan.conf"), `${lan.join("\n")}\n`)
    await writeFile(join(this.#folder, "sim.emu"), `${emulator.join("\n")}\n`)
  }
}

function sensorCommands({ name, type, unit, step = 1, reading }: SimulatedSensor, index: number): string[] {
  const number = index + 1
  const none = "000000000000000"
  const record = fullSensorRecord({ name, type, unit, step, reading }, number)
  return [
    `sensor_add 0x20 0 ${number} ${type} 0x01`,
    `sensor_set_value 0x20 0 ${number} ${reading} 0`,
    `sensor_set_threshold 0x20 0 ${number} settable 000000 0 0 0 0 0 0`,
    `sensor_set_event_support 0x20 0 ${number} enable scanning per-state ${none} ${none} ${none} ${none}`,
    `main_sdr_add 0x20 ${[...record].map((byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ")}`,
  ]
}

/** A full sensor record, type 1: an unsigned byte, times the step. The simulator numbers it. */
function fullSensorRecord({ name, type, unit, step = 1 }: SimulatedSensor, number: number): Buffer {
  const body = Buffer.alloc(43)
  body.set([0x20, 0, number, 7, 1, 0x7f, 0x48, type, 0x01, 0, 0, 0, 0, 0x3f, 0x3f, 0, unit, 0, 0, step])
  body[30] = 0xff
  body[42] = 0xc0 | name.length
  const text = Buffer.from(name, "latin1")
  return Buffer.concat([Buffer.from([0, 0, 0x51, 0x01, body.length + text.length]), body, text])
}

function isOnPath(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin"]
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import { freePorts, type TestScope, temporaryFolder } from "@metricq/testkit"
import { makeCertificate } from "./certificate.js"
import { Program } from "./program.js"

const run = promisify(execFile)
const broker = "/usr/sbin/mosquitto"
const START_MS = 10_000

/** Whether Debian's mosquitto and its clients are there. */
export const hasMosquitto = existsSync(broker) && existsSync("/usr/bin/mosquitto_pub")

/** Debian's mosquitto with user `lab`, password `secret`: plain, over TLS, and over web sockets. */
export class Mosquitto {
  readonly port: number
  readonly tlsPort: number
  readonly webPort: number
  /** Its own certificate authority. */
  readonly caFile: string
  readonly #t: TestScope
  readonly #folder: string
  #program: Program | undefined

  private constructor(t: TestScope, folder: string, [port = 0, tlsPort = 0, webPort = 0]: readonly number[]) {
    this.#t = t
    this.#folder = folder
    this.port = port
    this.tlsPort = tlsPort
    this.webPort = webPort
    this.caFile = join(folder, "cert.pem")
  }

  static async start(t: TestScope): Promise<Mosquitto> {
    const mosquitto = new Mosquitto(t, await temporaryFolder(t, "mosquitto"), await freePorts(3))
    await mosquitto.#prepare()
    await mosquitto.start()
    return mosquitto
  }

  /** Start, again where it was before. */
  async start(): Promise<void> {
    const args = ["-c", join(this.#folder, "mosquitto.conf")]
    const program = Program.start(this.#t, broker, args, { cwd: this.#folder })
    this.#program = program
    const end = Date.now() + START_MS
    while (!(await answers(this.port))) {
      if (program.ended || Date.now() > end) throw new Error(`mosquitto does not start: ${program.printed}`)
      await delay(50)
    }
  }

  async stop(): Promise<void> {
    await this.#program?.interrupt()
  }

  /** Publishes with mosquitto's own client. */
  async publish(topic: string, message: string, more: readonly string[] = []): Promise<void> {
    const login = ["-h", "127.0.0.1", "-p", String(this.port), "-u", "lab", "-P", "secret", "-q", "1"]
    await run("/usr/bin/mosquitto_pub", [...login, "-t", topic, "-m", message, ...more])
  }

  async #prepare(): Promise<void> {
    const file = (name: string) => join(this.#folder, name)
    await writeFile(file("passwords"), "")
    await run("mosquitto_passwd", ["-b", file("passwords"), "lab", "secret"])
    await makeCertificate(this.#folder)
    await writeFile(file("mosquitto.conf"), this.#settings(file))
  }

  #settings(file: (name: string) => string): string {
    return [
      // Otherwise it would give up root for a user who cannot read the files of the test.
      ...(process.getuid?.() === 0 ? ["user root"] : []),
      "allow_anonymous false",
      `password_file ${file("passwords")}`,
      `listener ${this.port} 127.0.0.1`,
      `listener ${this.tlsPort} 127.0.0.1`,
      `certfile ${file("cert.pem")}`,
      `keyfile ${file("key.pem")}`,
      `listener ${this.webPort} 127.0.0.1`,
      "protocol websockets",
      "",
    ].join("\n")
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1")
    socket.once("error", () => resolve(false))
    socket.once("connect", () => {
      socket.destroy()
      resolve(true)
    })
  })
}

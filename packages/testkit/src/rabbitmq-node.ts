import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { freePorts } from "./free-port.js"
import { GuardedProcesses } from "./guarded-processes.js"
import { findRabbitmq, type RabbitmqInstallation, rabbitmqMissing } from "./rabbitmq-installation.js"
import { removeFolder } from "./temporary-folder.js"

const START_TIMEOUT_MS = 60_000
const START_ATTEMPTS = 3 // each on new ports: another process may take one between our look and the node's bind
const OUTPUT_KEPT = 8_192

/** Where a RabbitMQ node can be reached; plain data, so that it can be handed to another process. */
export interface RabbitmqAddress {
  amqpPort: number
  httpPort: number
  user: string
  password: string
}

/**
 * A private RabbitMQ node with the management plugin, on free ports of the loopback address.
 *
 * Its data, logs, cookie and port mapper are its own, so it neither meets nor disturbs another node of the machine.
 * `RabbitmqNode.start()` resolves when it takes connections, after 6 to 10 s; `stop()` ends it and its port mapper and
 * removes its folder. When the process that started it dies without `stop()`, a guard does the same.
 */
export class RabbitmqNode {
  readonly address: RabbitmqAddress
  readonly #folder: string
  readonly #processes: GuardedProcesses

  private constructor(address: RabbitmqAddress, folder: string, processes: GuardedProcesses) {
    this.address = address
    this.#folder = folder
    this.#processes = processes
  }

  /** @throws {Error} if RabbitMQ is not installed, or with the end of its output if it does not start */
  static async start(): Promise<RabbitmqNode> {
    const installation = findRabbitmq()
    if (installation === undefined) throw new Error(rabbitmqMissing)
    for (let attempt = 1; ; attempt++) {
      try {
        return await RabbitmqNode.#startOnce(installation)
      } catch (error) {
        if (attempt === START_ATTEMPTS || !String(error).includes("eaddrinuse")) throw error
      }
    }
  }

  static async #startOnce(installation: RabbitmqInstallation): Promise<RabbitmqNode> {
    const [amqpPort = 0, httpPort = 0, distributionPort = 0, epmdPort = 0] = await freePorts(4)
    const address = { amqpPort, httpPort, user: "guest", password: "guest" }
    const folder = await mkdtemp(join(tmpdir(), "metricq-rabbitmq-"))
    await writeSettings(folder, address)
    const processes = new GuardedProcesses(folder)
    try {
      const env = environment(folder, distributionPort, epmdPort)
      const epmd = processes.spawn(installation.epmd, ["-port", String(epmdPort), "-address", "127.0.0.1"], env)
      await untilListening(epmd, epmdPort)
      await untilStarted(processes.spawn(installation.server, [], env), folder)
      await untilApiAnswers(address)
      return new RabbitmqNode(address, folder, processes)
    } catch (error) {
      await processes.kill()
      await removeFolder(folder)
      throw error
    }
  }

  /** Ends the node and its port mapper at once and removes its folder; a second call does nothing more. */
  async stop(): Promise<void> {
    await this.#processes.kill()
    await removeFolder(this.#folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

function environment(folder: string, distributionPort: number, epmdPort: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: `metricq-test-${epmdPort}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
    RABBITMQ_CONF_ENV_FILE: join(folder, "rabbitmq-env.conf"),
    RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "advanced.config"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
    RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
  }
}

async function writeSettings(folder: string, { amqpPort, httpPort, user, password }: RabbitmqAddress): Promise<void> {
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${amqpPort}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${httpPort}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    "disk_free_limit.absolute = 50MB",
    "log.file.level = warning",
  ]
  await writeFile(join(folder, "rabbitmq.conf"), `${settings.join("\n")}\n`)
  await writeFile(join(folder, "enabled_plugins"), "[rabbitmq_management].\n")
  await writeFile(join(folder, "advanced.config"), "[].\n")
  await writeFile(join(folder, "rabbitmq-env.conf"), "")
}

/** RabbitMQ prints "completed with N plugins" when all its listeners are up. */
async function untilStarted(server: ChildProcess, folder: string): Promise<void> {
  let output = ""
  const started = new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_KEPT)
      if (/completed with \d+ plugins/.test(output)) resolve()
    }
    server.stdout?.on("data", onData)
    server.stderr?.on("data", onData)
    server.once("error", reject)
    server.once("exit", (code) => reject(new Error(`rabbitmq-server ended with code ${code} while starting`)))
  })
  started.catch(() => {}) // the race below may have ended before
  const timer = new AbortController()
  const late = sleep(START_TIMEOUT_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`rabbitmq-server did not start in ${START_TIMEOUT_MS / 1000} s`)
  })
  try {
    await Promise.race([started, late])
  } catch (error) {
    const log = await endOfLog(join(folder, "log"))
    throw new Error(`${error instanceof Error ? error.message : error}\n${output}\n${log}`, { cause: error })
  } finally {
    timer.abort()
    late.catch(() => {})
  }
}

async function endOfLog(folder: string): Promise<string> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith(".log"))
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))
    return texts.join("\n").slice(-OUTPUT_KEPT)
  } catch {
    return ""
  }
}

async function untilApiAnswers({ httpPort, user, password }: RabbitmqAddress): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
  await retry("the HTTP API of RabbitMQ", async () => {
    const response = await fetch(`http://127.0.0.1:${httpPort}/api/vhosts`, { headers: { authorization } })
    if (!response.ok) throw new Error(`answered ${response.status}`)
    await response.arrayBuffer()
  })
}

async function untilListening(epmd: ChildProcess, port: number): Promise<void> {
  await retry("epmd", async () => {
    if (epmd.exitCode !== null) throw new Ended(`epmd ended with code ${epmd.exitCode}: eaddrinuse?`)
    const socket = connect(port, "127.0.0.1")
    try {
      await once(socket, "connect")
    } finally {
      socket.destroy()
    }
  })
}

/** Trying again is of no use. */
class Ended extends Error {}

async function retry(what: string, attempt: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      if (error instanceof Ended) throw error
      if (Date.now() > deadline) throw new Error(`${what} does not answer`, { cause: error })
      await sleep(50)
    }
  }
}

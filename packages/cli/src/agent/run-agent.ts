import { checkConfig, createAgent, findKind, kindNames, runOnce } from "@metricq/agents"
import type { JsonObject } from "@metricq/protocol"
import { CommandError } from "../errors.js"
import { runService } from "../network/service.js"
import { commandLogger, withClient } from "../network/session.js"
import { abortable, withSignals } from "../network/signals.js"
import type { ConnectionOptions } from "../options/common.js"
import { note, printLines, printTable } from "../terminal/output.js"
import { readJsonObject } from "../text/json-text.js"
import { plainLines } from "../watch/point-lines.js"

/** Print all kinds of agents, a line each. */
export async function listKinds(): Promise<void> {
  const kinds = await Promise.all(kindNames().map(findKind))
  printTable(
    [{ title: "kind" }, { title: "summary" }],
    kinds.map(({ name, summary }) => [name, summary]),
  )
}

/**
 * Check the configuration in a file, `-` being standard input. Warnings go to standard error.
 *
 * @throws {ConfigError} naming what is wrong
 */
export async function checkFile(name: string, file: string): Promise<void> {
  const kind = await findKind(name)
  const { warnings } = checkConfig(kind, await readJsonObject(file))
  for (const warning of warnings) note(warning)
  printLines([`${file === "-" ? "standard input" : file} is right for ${name}`])
}

/**
 * Poll once and print what would be sent, one line a point.
 *
 * @throws {CommandError} `no-configuration` when neither a file nor the network has one
 */
export async function pollOnce(name: string, options: ConnectionOptions & { config?: string }): Promise<void> {
  const kind = await findKind(name)
  const config = options.config === undefined ? await storedConfig(options) : await readJsonObject(options.config)
  const logger = commandLogger(options.verbose)
  const points = await withSignals((signal) => abortable(runOnce(kind, config, { signal, logger }), signal))
  for (const { metric, time, value } of points) {
    const columns = { times: BigInt64Array.of(time.posixNs), values: Float64Array.of(value) }
    process.stdout.write(plainLines(metric, columns))
  }
}

async function storedConfig(options: ConnectionOptions): Promise<JsonObject> {
  const remedy = "name a file with --config"
  try {
    const stored = await withClient(options, (client) => client.rpc("config.get", { token: options.token }), {
      administrator: true,
    })
    return stored.config
  } catch (error) {
    throw new CommandError("no-configuration", `no stored configuration to poll with (${remedy})`, { cause: error })
  }
}

/** Run an agent until a signal or an error ends it. */
export async function runAgent(name: string, { token, server, verbose }: ConnectionOptions): Promise<void> {
  const kind = await findKind(name)
  const agent = createAgent(kind, { token, url: server, logger: commandLogger(verbose) })
  const service = { start: () => agent.connect(), stop: () => agent.stop(), stopped: () => agent.stopped() }
  await runService(service, () => printLines([`ready  ${token} at ${agent.url}`]))
}

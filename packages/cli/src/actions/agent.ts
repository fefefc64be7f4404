import {
  checkConfig,
  createAgent,
  findKind,
  kindNames,
  parseDiscoveryOptions,
  runOnce,
  setPermissionsFile,
  setSecretPlaces,
  setStateFolder,
} from "@metricq/agents"
import type { JsonObject } from "@metricq/protocol"
import { CommandError, UsageError } from "../errors.js"
import { runService } from "../network/service.js"
import { loggerFor, withClient } from "../network/session.js"
import { abortable, withSignals } from "../network/signals.js"
import type { ConnectionOptions } from "../options/common.js"
import { note, printJson, printLines, printTable } from "../terminal/output.js"
import { readJsonObject } from "../text/json-text.js"
import { plainLines } from "../watch/point-lines.js"

/** Options of `metricq agent`. */
export interface AgentOptions extends Omit<ConnectionOptions, "token"> {
  readonly token?: string
  readonly list?: boolean
  readonly check?: string
  readonly once?: boolean
  readonly config?: string
  readonly discover?: boolean
  readonly secretsDir?: string
  readonly allow?: string
  readonly stateDir?: string
}

/**
 * List the kinds of agents, look around, check a configuration, poll once, or run until a signal or an error ends it.
 *
 * @throws {UsageError} for words that do not go together
 */
export async function agent(kind: string | undefined, words: readonly string[], options: AgentOptions): Promise<void> {
  if (words.length > 0 && !options.discover)
    throw new UsageError(`${words[0]}: words after the kind are for --discover`)
  if (options.list) return listKinds()
  if (kind === undefined) throw new UsageError("name a kind of agent; metricq agent --list shows them")
  if (options.secretsDir !== undefined) setSecretPlaces({ folder: options.secretsDir })
  if (options.allow !== undefined) setPermissionsFile(options.allow)
  if (options.stateDir !== undefined) setStateFolder(options.stateDir)
  if (options.discover) return discover(kind, words)
  if (options.check !== undefined) return checkFile(kind, options.check)
  const named = { ...options, token: options.token ?? kind }
  if (options.once) return pollOnce(kind, named)
  if (options.config !== undefined) throw new UsageError("--config is for --once; a running agent asks the manager")
  return runAgent(kind, named)
}

/** A line each. */
async function listKinds(): Promise<void> {
  const kinds = await Promise.all(kindNames().map(findKind))
  printTable(
    [{ title: "kind" }, { title: "summary" }],
    kinds.map(({ name, summary }) => [name, summary]),
  )
}

/** Print a configuration of what is found; what goes on, on standard error. */
async function discover(name: string, words: readonly string[]): Promise<void> {
  const { discovery } = await findKind(name)
  if (discovery === undefined) throw new UsageError(`${name} has no way to look around`)
  const options = parseDiscoveryOptions(name, discovery, words)
  printJson(await withSignals((signal) => discovery.run(options, { signal, progress: note })))
}

/** `-` is standard input. Warnings go to standard error. */
async function checkFile(name: string, file: string): Promise<void> {
  const kind = await findKind(name)
  const { warnings } = checkConfig(kind, await readJsonObject(file))
  for (const warning of warnings) note(warning)
  printLines([`${file === "-" ? "standard input" : file} is right for ${name}`])
}

/** Print what would be sent, one line a point. */
async function pollOnce(name: string, options: ConnectionOptions & { config?: string }): Promise<void> {
  const kind = await findKind(name)
  const config = options.config === undefined ? await storedConfig(options) : await readJsonObject(options.config)
  const logger = loggerFor(options.verbose)
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

async function runAgent(name: string, { token, server, verbose }: ConnectionOptions): Promise<void> {
  const kind = await findKind(name)
  const agent = createAgent(kind, { token, url: server, logger: loggerFor(verbose) })
  const service = { start: () => agent.connect(), stop: () => agent.stop(), stopped: () => agent.stopped() }
  await runService(service, () => printLines([`ready  ${token} at ${agent.url}`]))
}

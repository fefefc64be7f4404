import { kindOf } from "../config/check-for-token.js"
import { UsageError } from "../errors.js"
import { runService } from "../network/service.js"
import { loggerFor, logLevelFor } from "../network/session.js"
import type { CommonOptions } from "../options/common.js"
import type { DocumentsOptions } from "../options/documents.js"
import { usersFrom } from "../options/users.js"
import type { VersionOptions } from "../options/versions.js"
import { type WebAccessOptions, webAccess } from "../options/web.js"
import { colorsFor } from "../terminal/colors.js"
import { note, printLines } from "../terminal/output.js"
import { readJsonObject } from "../text/json-text.js"
import { demoAgent, demoDatabase } from "../up/demo.js"
import { Network } from "../up/network.js"
import { type NetworkAgent, parseNetworkFile } from "../up/network-file.js"

/** Options of `metricq up`. */
export interface UpOptions extends CommonOptions, VersionOptions, WebAccessOptions, DocumentsOptions {
  readonly data: string
  readonly host: string
  readonly amqpPort: number
  readonly httpPort: number
  readonly httpHost: string
  readonly user?: string[]
  readonly broker?: string
  readonly administrators: string[]
  readonly config?: string
  readonly demo: boolean
  readonly database: boolean
  readonly web: boolean
}

/** Run a network until a signal ends it. */
export async function up(options: UpOptions): Promise<void> {
  const { data, host, amqpPort, httpPort, broker, administrators } = options
  const network = new Network({
    dataFolder: data,
    documents: { documents: options.documents, documentsUser: options.documentsUser },
    host,
    amqpPort,
    users: usersFrom(options.user),
    brokerUrl: broker,
    administrators,
    versions: { configVersions: options.configVersions, configDays: options.configDays },
    agents: await agentsOf(options),
    database: options.database ? { ...demoDatabase(), logLevel: logLevelFor(options.verbose) } : undefined,
    page: options.web ? { port: httpPort, host: options.httpHost, ...(await webAccess(options)) } : undefined,
    logger: loggerFor(options.verbose),
    onService: (name, text) => printLines([`${name.padEnd(9)}  ${text}`]),
    onTrouble: note,
  })
  await runService(network, () => {
    printLines([["ready", network.url, network.webAddress].filter((word) => word !== undefined).join("  ")])
    const hint = `in a second terminal: npx metricq watch '*.cpu.usage'${amqpPort === 5672 ? "" : ` --server ${network.url}`}`
    if (process.stdout.isTTY && options.demo && !options.config) printLines([colorsFor(process.stdout).dim(hint)])
  })
}

async function agentsOf({ config, demo }: UpOptions): Promise<NetworkAgent[]> {
  if (config === undefined) return demo ? [demoAgent()] : []
  if (config === "-") throw new UsageError("--config takes a file, not standard input")
  return parseNetworkFile(await readJsonObject(config), config, kindOf)
}

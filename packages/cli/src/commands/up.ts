import { homedir } from "node:os"
import { type Command, Option } from "commander"
import { UsageError } from "../errors.js"
import { type CommonOptions, withCommonOptions, withExamples } from "../options/common.js"
import { parseAdministrators, repeated, usersFrom } from "../options/users.js"
import { parsePort } from "../options/values.js"
import { defaultDataFolder } from "../settings/data-folder.js"
import type { NetworkAgent } from "../up/network-file.js"

interface UpOptions extends CommonOptions {
  readonly data: string
  readonly host: string
  readonly amqpPort: number
  readonly user?: string[]
  readonly broker?: string
  readonly administrators: string[]
  readonly config?: string
  readonly demo: boolean
}

const HELP = `
A file for --config lists the agents to run, by their tokens:

  {"agents": {"source-lab": {"kind": "source-sysinfo", "config": {"rate": 1, "prefix": "lab"}}}}

"kind" can be left out where the token begins with it. "config" is stored as the configuration of that token if it
differs from what is stored; without it the stored one is used. Without a file, source-sysinfo measures this machine
once a second; its configuration is written only if there is none.

A line beginning with "ready" tells that everything works. Ctrl-C and SIGTERM stop everything within two seconds.`

/** Adds `metricq up`: a whole network in one process. */
export function addUp(program: Command): void {
  const command = program
    .command("up")
    .description("run a whole network in this process: broker, manager, and an agent that measures this machine")
    .addOption(
      new Option("--data <folder>", "where everything is kept").default(
        defaultDataFolder(process.env, homedir()),
        "$XDG_DATA_HOME/metricq or ~/.local/share/metricq",
      ),
    )
    .option("--host <address>", "address the broker listens on; beyond loopback it needs --user", "127.0.0.1")
    .option("--amqp-port <port>", "port of the broker; 0 for any free one", parsePort, 5672)
    .addOption(new Option("--http-port <port>", "port of the web page").argParser(parsePort).default(3000).hideHelp())
    .option("--user <name:file>", "user of the broker, its password in a file, instead of guest; repeatable", repeated)
    .addOption(new Option("--broker <url>", "use this broker and start none").conflicts(["user"]))
    .option("--administrators <names>", "users that may change configurations, with commas", parseAdministrators, [])
    .option("--config <file>", "JSON file with the agents to run, instead of the one that measures this machine")
    .option("--no-demo", "run no agent that measures this machine")
    .addHelpText("after", HELP)
    .action(run)
  withCommonOptions(command)
  withExamples(command, [
    ["metricq up", "on amqp://127.0.0.1:5672/"],
    ["metricq up --data ./data --amqp-port 5673", "another one beside it"],
    ["metricq up --host 0.0.0.0 --user lab:lab.password", "for other machines, too"],
    ["metricq up --broker amqps://me:secret@rabbit.example.org/", "with a RabbitMQ of your own"],
  ])
}

async function run(options: UpOptions): Promise<void> {
  const [{ Network }, { runService }, { loggerFor }, output, { colorsFor }] = await Promise.all([
    import("../up/network.js"),
    import("../network/service.js"),
    import("../network/session.js"),
    import("../terminal/output.js"),
    import("../terminal/colors.js"),
  ])
  const { data, host, amqpPort, broker, administrators } = options
  const network = new Network({
    dataFolder: data,
    host,
    amqpPort,
    users: usersFrom(options.user),
    brokerUrl: broker,
    administrators,
    agents: await agentsOf(options),
    logger: loggerFor(options.verbose),
    onService: (name, text) => output.printLines([`${name.padEnd(9)}  ${text}`]),
    onTrouble: output.note,
  })
  await runService(network, () => {
    output.printLines([`ready  ${network.url}`])
    const hint = `in a second terminal: metricq watch '*.cpu.usage'${amqpPort === 5672 ? "" : ` --server ${network.url}`}`
    if (process.stdout.isTTY && options.demo && !options.config)
      output.printLines([colorsFor(process.stdout).dim(hint)])
  })
}

async function agentsOf({ config, demo }: UpOptions): Promise<NetworkAgent[]> {
  if (config === undefined) return demo ? [(await import("../up/demo.js")).demoAgent()] : []
  if (config === "-") throw new UsageError("--config takes a file, not standard input")
  const [{ parseNetworkFile }, { readJsonObject }, { kindOf }] = await Promise.all([
    import("../up/network-file.js"),
    import("../text/json-text.js"),
    import("../config/check-for-token.js"),
  ])
  return parseNetworkFile(await readJsonObject(config), config, kindOf)
}

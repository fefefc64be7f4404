import { type Command, Option } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"

interface SetOptions extends ConnectionOptions {
  readonly note?: string
  readonly revision?: string
  readonly new?: boolean
  readonly check: boolean
  readonly apply?: boolean
}

/** Adds `metricq config set`. */
export function addConfigSet(config: Command): void {
  const command = config
    .command("set")
    .description("store a configuration")
    .argument("<token>", "client that it belongs to")
    .argument("<file>", "file with a JSON object; - is standard input")
    .option("--note <text>", "why, for the list of versions")
    .addOption(new Option("--revision <revision>", "only if this is still the stored revision").conflicts("new"))
    .option("--new", "only if there is no configuration yet")
    .option("--no-check", "store it even if it is wrong for its kind of agent")
    .option("--apply", "then send it to the running client, as config apply does")
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq config set source-lab lab.json --note 'two more sensors'", ""],
    ["echo '{\"rate\": 10}' | metricq config set source-lab -", "from standard input"],
  ])
}

async function run(token: string, file: string, options: SetOptions): Promise<void> {
  const [{ withClient }, output, { readJsonObject }, { checkForToken }, { applyConfig }] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/output.js"),
    import("../../text/json-text.js"),
    import("../../config/check-for-token.js"),
    import("../../config/apply-config.js"),
  ])
  const config = await readJsonObject(file)
  if (options.check) await checkForToken(token, config, output.note)
  await withClient(
    options,
    async (client) => {
      const revision = options.new ? null : options.revision
      const stored = await client.rpc("config.set", { token, config, revision, note: options.note })
      output.printLines([`${token} is at revision ${stored.revision}`])
      if (options.apply) output.printLines([await applyConfig(client, token)])
    },
    { administrator: true },
  )
}

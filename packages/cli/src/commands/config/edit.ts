import type { Command } from "commander"
import { withAdministrationOptions } from "../../options/administration.js"
import { type ConnectionOptions, withExamples } from "../../options/common.js"

interface EditOptions extends ConnectionOptions {
  readonly note?: string
  readonly check: boolean
  readonly apply?: boolean
}

const HELP = `
If somebody else stores the same configuration meanwhile, both changes are shown and you can edit again. What you
typed stays in a file until it is stored.`

/** Adds `metricq config edit`. */
export function addConfigEdit(config: Command): void {
  const command = config
    .command("edit")
    .description("change a configuration in your editor: $VISUAL, $EDITOR or vi")
    .argument("<token>", "client that it belongs to; one without a configuration gets its first")
    .option("--note <text>", "why, for the list of versions")
    .option("--no-check", "store it even if it is wrong for its kind of agent")
    .option("--apply", "then send it to the running client, as config apply does")
    .addHelpText("after", HELP)
    .action(run)
  withAdministrationOptions(command)
  withExamples(command, [["EDITOR='code --wait' metricq config edit source-sysinfo --apply", ""]])
}

async function run(token: string, options: EditOptions): Promise<void> {
  const [
    { withClient },
    { colorsFor },
    output,
    { editConfig },
    checking,
    { applyConfig },
    { chooseLetter },
    { findConfig },
  ] = await Promise.all([
    import("../../network/session.js"),
    import("../../terminal/colors.js"),
    import("../../terminal/output.js"),
    import("../../config/edit-config.js"),
    import("../../config/check-for-token.js"),
    import("../../config/apply-config.js"),
    import("../../terminal/choice.js"),
    import("../../config/find-config.js"),
  ])
  // No connection is held while the editor is open.
  const administrator = { administrator: true }
  const revision = await editConfig({
    token,
    colors: colorsFor(process.stderr),
    load: () => withClient(options, (client) => findConfig(client, token), administrator),
    template: () => checking.templateFor(token),
    check: async (config) => {
      if (options.check) await checking.checkForToken(token, config, output.note)
    },
    store: async (config, base) => {
      const args = { token, config, revision: base, note: options.note }
      return (await withClient(options, (client) => client.rpc("config.set", args), administrator)).revision
    },
    choose: chooseLetter,
    say: (lines) => process.stderr.write(`${lines.join("\n")}\n`),
  })
  output.printLines([revision === undefined ? `${token} is unchanged` : `${token} is at revision ${revision}`])
  if (options.apply && revision !== undefined) {
    output.printLines([await withClient(options, (client) => applyConfig(client, token), administrator)])
  }
}

import type { Command } from "commander"
import type { ClientLabelOptions } from "../../actions/client-label.js"
import { withAdministrationOptions } from "../../options/administration.js"
import { withExamples } from "../../options/common.js"

const HELP = `
key=value sets a label, key= one that is only a word, key- takes it away; words
without an equals sign or a dash at their end are clients. Without a label the
labels of the clients are printed. Keys are of letters, digits and _ . / -.`

/** Adds `metricq client label`. */
export function addClientLabel(client: Command): void {
  const command = client
    .command("label")
    .description("put labels on clients, to find and change them together")
    .argument("<token-or-label...>", "tokens, globs (*) or /regular expressions/, and what becomes of which label")
    .option("--json", "an object with the labels of each client")
    .addHelpText("after", HELP)
    .action(async (words: string[], options: ClientLabelOptions) =>
      (await import("../../actions/client-label.js")).labelClients(words, options),
    )
  withAdministrationOptions(command)
  withExamples(command, [
    ["metricq client label source-a source-b room=A spare=", ""],
    ["metricq client label 'source-sysinfo-*' room=B", ""],
    ["metricq client label source-a spare-", "not spare any more"],
    ["metricq client label source-a", "what it has"],
  ])
}

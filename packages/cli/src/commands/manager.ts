import type { Command } from "commander"
import { type CommonOptions, DEFAULT_SERVER, withCommonOptions, withExamples } from "../options/common.js"
import { fillTemplate } from "../options/template.js"
import { parseAdministrators } from "../options/users.js"

interface ManagerOptions extends CommonOptions {
  readonly server: string
  readonly dataUrl?: string
  readonly documents: string
  readonly administrators: string[]
}

/** Adds `metricq manager`: the manager as a process of its own. */
export function addManager(program: Command): void {
  const command = program
    .command("manager")
    .description("run the manager alone: it keeps configurations and metadata, and connects clients")
    .requiredOption("--documents <folder>", "where configurations and metadata are kept")
    .option("--server <url>", "broker of the network, with a user that may declare exchanges", fill, DEFAULT_SERVER)
    .option(
      "--data-url <url>",
      "where clients send data: amqp://…, or vhost:NAME on the same broker (default: the same vhost)",
    )
    .option("--administrators <names>", "users that may change configurations, with commas", parseAdministrators, [])
    .addHelpText("after", '\nA line beginning with "ready" tells that it answers.')
    .action(run)
  withCommonOptions(command)
  withExamples(command, [
    ["metricq manager --documents ./documents --administrators alice,bob", ""],
    ["METRICQ_SERVER=amqps://manager:secret@rabbit.example.org/ metricq manager --documents ./documents", ""],
  ])
}

function fill(text: string): string {
  return fillTemplate(text)
}

async function run({ server, dataUrl, documents, administrators, verbose }: ManagerOptions): Promise<void> {
  const [{ Manager, openDocuments }, { maskUrl }, { runService }, { loggerFor }, output] = await Promise.all([
    import("@metricq/manager"),
    import("@metricq/client"),
    import("../network/service.js"),
    import("../network/session.js"),
    import("../terminal/output.js"),
  ])
  const store = await openDocuments(documents)
  try {
    const logger = loggerFor(verbose)
    const manager = new Manager({ url: server, dataUrl, documents: store, administrators, logger })
    await runService(manager, () => output.printLines([`ready  ${maskUrl(server)}`]))
  } finally {
    await store.close()
  }
}

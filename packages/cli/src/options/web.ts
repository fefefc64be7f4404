import { type Command, Option } from "commander"

/** What every command has that runs a web server. */
export interface WebAccessOptions {
  readonly publicUrl?: string
  readonly trustedHeader?: string
  readonly trustedProxy?: string[]
  readonly corsOrigin?: string[]
  readonly healthChannels?: string
}

/** Adds who may ask a web server, and from where; and whom it tells of findings. */
export function withWebAccess(command: Command): Command {
  return command
    .option("--public-url <url>", "where people reach the page through a reverse proxy")
    .addOption(
      new Option(
        "--trusted-header <header>",
        "header by which that proxy tells who has logged in there; with that of the role, x-remote-user:x-remote-role",
      ),
    )
    .addOption(
      new Option(
        "--trusted-proxy <addresses>",
        "where that proxy is: addresses, networks, with commas (default: this machine)",
      ).argParser(listOf),
    )
    .addOption(
      new Option(
        "--cors-origin <origins>",
        "pages of others that may read here, with commas, such as https://lab.example.org, or *",
      ).argParser(listOf),
    )
    .option("--health-channels <file>", "JSON file with channels that findings are sent to: mail, webhooks, NSCA")
}

/** As a web server takes them. */
export function webAccess(options: WebAccessOptions) {
  const { publicUrl, trustedHeader, trustedProxy, corsOrigin, healthChannels } = options
  return { publicUrl, trustedHeader, trustedProxies: trustedProxy, corsOrigins: corsOrigin, healthChannels }
}

function listOf(text: string): string[] {
  return text.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]))
}

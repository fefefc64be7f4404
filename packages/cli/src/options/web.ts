import type { WebServerOptions } from "@metricq/web"
import { type Command, Option } from "commander"
import { readProvider } from "../settings/provider-file.js"

/** What every command has that runs a web server. */
export interface WebAccessOptions {
  readonly publicUrl?: string
  readonly trustedHeader?: string
  readonly trustedProxy?: string[]
  readonly corsOrigin?: string[]
  readonly oidc?: string
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
    .option("--oidc <file>", "JSON file with a provider of OpenID Connect, through which people log in, too")
    .option("--health-channels <file>", "JSON file with channels that findings are sent to: mail, webhooks, NSCA")
}

type Taken = "publicUrl" | "trustedHeader" | "trustedProxies" | "corsOrigins" | "oidc" | "healthChannels"

/**
 * As a web server takes them.
 *
 * @throws {CommandError} `file`, `json` for a file that cannot be read
 */
export async function webAccess({
  publicUrl,
  trustedHeader,
  trustedProxy,
  corsOrigin,
  oidc,
  healthChannels,
}: WebAccessOptions): Promise<Pick<WebServerOptions, Taken>> {
  const provider = oidc === undefined ? undefined : await readProvider(oidc, process.env)
  return {
    publicUrl,
    trustedHeader,
    trustedProxies: trustedProxy,
    corsOrigins: corsOrigin,
    oidc: provider,
    healthChannels,
  }
}

function listOf(text: string): string[] {
  return text.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]))
}

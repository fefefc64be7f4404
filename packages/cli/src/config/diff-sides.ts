import type { Client } from "@metricq/client"
import { CommandError, UsageError } from "../errors.js"
import { readJsonObject, sortedJson } from "../text/json-text.js"

/** One side of a comparison: what it is called, and its JSON with sorted keys. */
export interface DiffSide {
  readonly name: string
  readonly text: string
}

/**
 * The two texts that `metricq config diff` compares.
 *
 * With a file: version `from`, else the current one, and the file. Without: version `from`, else the one before `to`, and version
 * `to`, else the current one.
 *
 * @throws {UsageError} for a file together with `to`
 * @throws {CommandError} `no-earlier-version` when there is nothing to compare the current version with
 */
export async function sidesOfDiff(
  client: Client,
  token: string,
  file: string | undefined,
  { from, to }: { from?: number; to?: number },
): Promise<{ before: DiffSide; after: DiffSide }> {
  if (file !== undefined) {
    if (to !== undefined) throw new UsageError("a file is the newer side of config diff: leave out --to")
    const config = await readJsonObject(file)
    const name = file === "-" ? "standard input" : file
    return { before: await versionSide(client, token, from), after: { name, text: sortedJson(config) } }
  }
  const older = from ?? (await versionBefore(client, token, to))
  return { before: await versionSide(client, token, older), after: await versionSide(client, token, to) }
}

async function versionSide(client: Client, token: string, version: number | undefined): Promise<DiffSide> {
  const { config, time, author } = await client.rpc("config.get", { token, version })
  return {
    name: `${token} ${version === undefined ? "now" : `version ${version}`}, ${time} by ${author}`,
    text: sortedJson(config),
  }
}

async function versionBefore(client: Client, token: string, to: number | undefined): Promise<number> {
  const newest = to === undefined ? (await versionsOf(client, token, 1))[0] : to
  const [earlier] = newest === undefined ? [] : await versionsOf(client, token, 1, newest)
  if (earlier === undefined) {
    throw new CommandError(
      "no-earlier-version",
      `${token} has no version before ${newest ?? "the current one"} to compare with`,
    )
  }
  return earlier
}

async function versionsOf(client: Client, token: string, limit: number, before?: number): Promise<number[]> {
  const { versions } = await client.rpc("config.versions", { token, limit, before })
  return versions.map(({ version }) => version)
}

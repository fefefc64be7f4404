import type { Client } from "@metricq/client"
import { DataError, isPlainName, labelText, parseLabelChange } from "@metricq/protocol"
import { CommandError, UsageError } from "../errors.js"
import { labelsByToken, matchingTokens } from "../network/client-tokens.js"
import { withClient } from "../network/session.js"
import type { ConnectionOptions } from "../options/common.js"
import { printJson, printLines } from "../terminal/output.js"
import { printable } from "../terminal/text.js"

/** Options of `metricq client label`. */
export interface ClientLabelOptions extends ConnectionOptions {
  readonly json?: boolean
}

/** Clients changed with one request. */
const PART = 1000

/** Put labels on clients, or take them away; without a change, print what they have. */
export async function labelClients(words: readonly string[], options: ClientLabelOptions): Promise<void> {
  const { patterns, change } = splitWords(words)
  await withClient(
    options,
    async (client) => {
      const tokens = await tokensOf(client, patterns)
      const labels = await labelled(client, tokens, change)
      if (options.json) return printJson(labels)
      printLines(tokens.map((token) => `${printable(token)}  ${labelsText(labels[token])}`))
    },
    { administrator: true },
  )
}

/** Labels as a line: `room=A spare`. */
export function labelsText(labels: Readonly<Record<string, string>> = {}): string {
  return Object.entries(labels)
    .map(([key, value]) => printable(labelText(key, value)))
    .join(" ")
}

/** Words with an equals sign, or a dash at their end, are changes. @throws {UsageError} */
function splitWords(words: readonly string[]) {
  const isChange = (word: string) => word.includes("=") || word.endsWith("-")
  const patterns = words.filter((word) => !isChange(word))
  if (patterns.length === 0) throw new UsageError("say which clients: tokens or globs before the labels")
  try {
    return { patterns, change: parseLabelChange(words.filter(isChange)) }
  } catch (error) {
    if (error instanceof DataError) throw new UsageError(error.message)
    throw error
  }
}

/** @throws {CommandError} `unknown-client` for a glob that none matches */
async function tokensOf(client: Client, patterns: readonly string[]): Promise<string[]> {
  const found = new Set(patterns.filter(isPlainName))
  for (const pattern of patterns.filter((each) => !isPlainName(each))) {
    const tokens = await matchingTokens(client, pattern)
    if (tokens.length === 0) throw new CommandError("unknown-client", `no client matches ${pattern}`)
    for (const token of tokens) found.add(token)
  }
  return [...found].sort()
}

async function labelled(client: Client, tokens: readonly string[], change: ReturnType<typeof parseLabelChange>) {
  if (Object.keys(change).length === 0) {
    const all = await labelsByToken(client)
    return Object.fromEntries(tokens.map((token) => [token, all.get(token) ?? {}]))
  }
  let labels: Record<string, Readonly<Record<string, string>>> = {}
  for (let at = 0; at < tokens.length; at += PART) {
    const part = Object.fromEntries(tokens.slice(at, at + PART).map((token) => [token, change]))
    labels = { ...labels, ...(await client.rpc("client.label", { labels: part })).labels }
  }
  return labels
}

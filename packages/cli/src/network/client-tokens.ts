import type { Client } from "@metricq/client"
import { type ClientLabels, patternToRegExp } from "@metricq/protocol"

/** The labels of clients that have some, by token. */
export async function labelsByToken(client: Client): Promise<ReadonlyMap<string, ClientLabels>> {
  return new Map(Object.entries((await client.rpc("client.labels", {}, { repeatable: true })).labels))
}

/** Tokens that a pattern stands for, of clients that were seen or have a configuration, in order; but those that clients make up for one life. */
export async function matchingTokens(client: Client, pattern: string): Promise<string[]> {
  const [{ clients }, { configs }] = [
    await client.rpc("client.list", {}, { repeatable: true }),
    await client.rpc("config.list", {}, { repeatable: true }),
  ]
  const expression = patternToRegExp(pattern)
  const known = new Set([...clients, ...configs].map(({ token }) => token))
  return [...known].filter((token) => expression.test(token) && !RANDOM_SUFFIX.test(token)).sort()
}

/** What clients append that may run many times at once. */
export const RANDOM_SUFFIX = /\.[0-9a-f]{32}$/
